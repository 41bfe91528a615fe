//! Role assignments: exactly those that are needed, on exactly the resource that needs them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::combinations::combinations;
use super::faults::Faults;
use super::stack::{Resource, Stack, evaluate};
use super::templates::StackKind;
use crate::documents::assert_generated;

/// The built-in roles of Azure that the templates assign.
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
        self.describe().0
    }

    /// The id, the name and the reason why the templates assign the role.
    fn describe(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::EventHubsDataReceiver => (
                "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
                "Azure Event Hubs Data Receiver",
                "the trigger reads the telemetry",
            ),
            Self::EventHubsDataSender => (
                "2b629674-e913-4c01-ae53-ef4638d8f975",
                "Azure Event Hubs Data Sender",
                "the hub's route writes the telemetry",
            ),
            Self::KeyVaultSecretsUser => (
                "4633458b-17de-408a-b874-0445c86b69e6",
                "Key Vault Secrets User",
                "the platform reads the connection string of the trigger",
            ),
            Self::MonitoringMetricsPublisher => (
                "3913510d-42f4-4e42-8a64-420c390055eb",
                "Monitoring Metrics Publisher",
                "the host sends its log without a key",
            ),
            Self::StorageBlobDataContributor => (
                "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
                "Storage Blob Data Contributor",
                "publishers upload images; the role also allows to overwrite and delete, which \
                 blob versions and retained deleted blobs undo",
            ),
            Self::StorageBlobDataOwner => (
                "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
                "Storage Blob Data Owner",
                "the host creates its containers and leases blobs",
            ),
            Self::StorageBlobDataReader => (
                "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
                "Storage Blob Data Reader",
                "the program lists the versions",
            ),
        }
    }
}

/// A role, the principal and the scope.
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
        faults.unless(false, || format!("{missing:?} is missing"));
    }
    for unneeded in granted.difference(&needed) {
        faults.unless(false, || format!("{unneeded:?} is not needed"));
    }
    if stack_kind == StackKind::Owner {
        check_database_role(stack, faults);
    }
}

/// The id of the identity that the site runs as.
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
        format!("role assignment {name}: {definition:?} is not a known role")
    });
    let is_absolute =
        definition.starts_with("/subscriptions/") && !definition.contains("resourceGroups");
    faults.unless(is_absolute, || format!("{definition} is not the id of a role"));
    // Otherwise Azure looks up the principal, which fails while the identity is new.
    let kind = assignment.property("/principalType");
    let is_identity = principal.starts_with("ref(");
    faults.unless(!is_identity || kind == "ServicePrincipal", || {
        format!("role assignment {name} does not name the type of its principal")
    });
    let is_guid = name.len() == 36 && name.matches('-').count() == 4;
    faults.unless(is_guid, || format!("the name of role assignment {name} is not a GUID"));
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

/// Cosmos DB has its own roles for data. The program may read and write in one database.
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
        format!("the roles on the database are {all:?}, not {expected:?}")
    });
}

fn principal_of(identity: &str) -> String {
    format!("ref({identity}).principalId")
}

/// The role assignments of a stack as rows of a table.
fn rows(stack_kind: StackKind, parameters: &Map<String, Value>) -> BTreeSet<String> {
    let stack = evaluate(&stack_kind.template(), parameters);
    let program = principal_of(program_identity(&stack).unwrap());
    let assignments = stack.of_type("Microsoft.Authorization/roleAssignments");
    let grants = assignments.filter_map(|one| parse_grant(one, &mut Faults::default()));
    let row = |(role, principal, scope): RoleGrant| {
        let (id, name, reason) = role.describe();
        let principal = match principal {
            principal if principal == program => "program",
            principal if principal.starts_with("ref(") => "hub",
            _ => "`publishers`",
        };
        let scope = &stack.by_id(&scope).unwrap().kind;
        let stack_name = stack_kind.folder().trim_start_matches("infra/");
        format!("| {stack_name} | {name} | `{id}` | {principal} | `{scope}` | {reason} |\n")
    };
    grants.map(row).collect()
}

#[test]
fn the_table_of_roles_is_current() {
    let mut table =
        "| stack | role | id | assigned to | on | reason |\n|---|---|---|---|---|---|\n".to_owned();
    for stack_kind in StackKind::ALL {
        let combinations = combinations(stack_kind);
        let rows: BTreeSet<_> =
            combinations.iter().flat_map(|parameters| rows(stack_kind, parameters)).collect();
        table.extend(rows);
    }
    assert_generated("infra/README.md", "roles", &table);
}
