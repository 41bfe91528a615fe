//! Who may do what: exactly what is needed, on exactly the thing it is needed for.

use std::collections::BTreeSet;

use super::faults::Faults;
use super::stack::{Resource, Stack};
use super::templates::StackKind;

/// Azure's own roles that are given, by what they let one do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    EventHubsDataReceiver,
    EventHubsDataSender,
    KeyVaultSecretsUser,
    MonitoringMetricsPublisher,
    StorageBlobDataContributor,
    StorageBlobDataOwner,
    StorageBlobDataReader,
}

impl Role {
    const ALL: [Self; 7] = [
        Self::EventHubsDataReceiver,
        Self::EventHubsDataSender,
        Self::KeyVaultSecretsUser,
        Self::MonitoringMetricsPublisher,
        Self::StorageBlobDataContributor,
        Self::StorageBlobDataOwner,
        Self::StorageBlobDataReader,
    ];

    fn id(self) -> &'static str {
        match self {
            Self::EventHubsDataReceiver => "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
            Self::EventHubsDataSender => "2b629674-e913-4c01-ae53-ef4638d8f975",
            Self::KeyVaultSecretsUser => "4633458b-17de-408a-b874-0445c86b69e6",
            Self::MonitoringMetricsPublisher => "3913510d-42f4-4e42-8a64-420c390055eb",
            Self::StorageBlobDataContributor => "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
            Self::StorageBlobDataOwner => "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
            Self::StorageBlobDataReader => "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        }
    }
}

/// A role, to whom, on what.
type RoleGrant = (Role, String, String);

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let granted: Vec<_> = stack
        .of_type("Microsoft.Authorization/roleAssignments")
        .filter_map(|assignment| parse_grant(assignment, faults))
        .collect();
    let needed = match stack_kind {
        StackKind::Owner => needed_by_owner_stack(stack),
        StackKind::Shared => needed_by_shared_stack(stack),
    };
    let (granted, needed) = (BTreeSet::from_iter(granted), BTreeSet::from_iter(needed));
    for missing in needed.difference(&granted) {
        faults.unless(false, || format!("nobody gives {missing:?}"));
    }
    for unneeded in granted.difference(&needed) {
        faults.unless(false, || format!("nobody needs {unneeded:?}"));
    }
    if stack_kind == StackKind::Owner {
        check_database_role(stack, faults);
    }
}

/// The identity that the site runs as.
pub(super) fn program_identity(stack: &Stack) -> Option<&str> {
    let site = stack.single("Microsoft.Web/sites")?;
    let identities = site.body.pointer("/identity/userAssignedIdentities")?.as_object()?;
    let (id, _) = identities.iter().next()?;
    (site.body.pointer("/identity/type")? == "UserAssigned").then_some(id)
}

fn parse_grant(assignment: &Resource, faults: &mut Faults) -> Option<RoleGrant> {
    let name = &assignment.name;
    let definition = assignment.property("/roleDefinitionId").as_str().unwrap_or_default();
    let principal = assignment.property("/principalId").as_str().unwrap_or_default();
    let role = Role::ALL.into_iter().find(|role| definition.ends_with(role.id()));
    faults.unless(role.is_some(), || {
        format!("role assignment {name}: {definition:?} is no known role")
    });
    let is_absolute =
        definition.starts_with("/subscriptions/") && !definition.contains("resourceGroups");
    faults.unless(is_absolute, || format!("{definition} is no id of a role"));
    // Azure else looks for a principal that is too new to be found everywhere.
    let kind = assignment.property("/principalType");
    let is_identity = principal.starts_with("ref(");
    faults.unless(!is_identity || kind == "ServicePrincipal", || {
        format!("role assignment {name} does not say that it is for an identity")
    });
    let is_guid = name.len() == 36 && name.matches('-').count() == 4;
    faults.unless(is_guid, || format!("role assignment {name} is not named by a GUID"));
    Some((role?, principal.to_owned(), assignment.scope.clone().unwrap_or_default()))
}

fn needed_by_every_program(stack: &Stack, program: &str) -> Vec<RoleGrant> {
    let site = stack.single("Microsoft.Web/sites");
    let package = site.map(|site| site.property("/functionAppConfig/deployment/storage/value"));
    let package = package.and_then(|url| url.as_str()).unwrap_or_default();
    let holds = |account: &&Resource| package.starts_with(&format!("https://{}.", account.name));
    let host = stack.of_type("Microsoft.Storage/storageAccounts").filter(holds);
    let telemetry = stack.of_type("Microsoft.Insights/components");
    let as_program = |role, on: &Resource| (role, principal_of(program), on.id.clone());
    host.map(|account| as_program(Role::StorageBlobDataOwner, account))
        .chain(telemetry.map(|component| as_program(Role::MonitoringMetricsPublisher, component)))
        .collect()
}

fn needed_by_owner_stack(stack: &Stack) -> Vec<RoleGrant> {
    let Some(program) = program_identity(stack) else { return Vec::new() };
    let mut needed = needed_by_every_program(stack, program);
    for vault in stack.of_type("Microsoft.KeyVault/vaults") {
        needed.push((Role::KeyVaultSecretsUser, principal_of(program), vault.id.clone()));
    }
    for event_hub in stack.of_type("Microsoft.EventHub/namespaces/eventhubs") {
        needed.push((Role::EventHubsDataReceiver, principal_of(program), event_hub.id.clone()));
        let hub = stack.single("Microsoft.Devices/IotHubs");
        let endpoints = hub.map(|hub| hub.property("/routing/endpoints/eventHubs"));
        for endpoint in endpoints.and_then(|endpoints| endpoints.as_array()).into_iter().flatten() {
            let principal =
                endpoint.pointer("/identity/userAssignedIdentity").and_then(|id| id.as_str());
            let principal = principal_of(principal.unwrap_or_default());
            needed.push((Role::EventHubsDataSender, principal, event_hub.id.clone()));
        }
    }
    needed
}

fn needed_by_shared_stack(stack: &Stack) -> Vec<RoleGrant> {
    let Some(program) = program_identity(stack) else { return Vec::new() };
    let mut needed = needed_by_every_program(stack, program);
    let mut containers = stack.of_type("Microsoft.Storage/storageAccounts/blobServices/containers");
    let Some(web) = containers.find(|container| container.last_name() == "$web") else {
        return needed;
    };
    needed.push((Role::StorageBlobDataReader, principal_of(program), web.id.clone()));
    let publishers = stack.parameters.get("publishers").and_then(|all| all.as_array());
    for publisher in publishers.into_iter().flatten().filter_map(|id| id.as_str()) {
        needed.push((Role::StorageBlobDataContributor, publisher.to_owned(), web.id.clone()));
    }
    needed
}

/// Cosmos DB has roles of its own for data: read and write, one database.
fn check_database_role(stack: &Stack, faults: &mut Faults) {
    let account = stack.single("Microsoft.DocumentDB/databaseAccounts");
    let database = stack.single("Microsoft.DocumentDB/databaseAccounts/sqlDatabases");
    let expected =
        account.zip(database).zip(program_identity(stack)).map(|((account, database), program)| {
            let id = &account.id;
            let contributor = "sqlRoleDefinitions/00000000-0000-0000-0000-000000000002";
            let scope = format!("{id}/dbs/{}", database.last_name());
            [format!("{id}/{contributor}"), principal_of(program), scope]
        });
    let all: Vec<_> = stack
        .of_type("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments")
        .map(|assignment| {
            ["/roleDefinitionId", "/principalId", "/scope"]
                .map(|path| assignment.property(path).as_str().unwrap_or_default().to_owned())
        })
        .collect();
    faults.unless(expected.is_some() && all == Vec::from_iter(expected.clone()), || {
        format!("the database is open to {all:?} and not to {expected:?}")
    });
}

fn principal_of(identity: &str) -> String {
    format!("ref({identity}).principalId")
}
