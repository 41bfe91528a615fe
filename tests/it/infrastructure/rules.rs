<<<<<<< HEAD
//! What every resource of a type says, whatever the parameters.

mod table;
=======
//! What every resource of a type says, whatever the parameters: what the service
//! cannot do without, what keeps people out, and what keeps it cheap.
>>>>>>> scripts

use serde_json::{Value, json};

use super::faults::Faults;
use super::stack::Stack;
use super::templates::Which;
<<<<<<< HEAD
use table::{
    Be::{Absent, IdOf, Json, Named, There},
    RULES,
};
=======

/// What a property is to be.
enum Be {
    /// This JSON.
    Json(&'static str),
    /// Anything.
    There,
    /// Not there.
    Absent,
    /// The id of a deployed resource of this type.
    IdOf(&'static str),
    /// The last part of the resource's name.
    Named,
}
use Be::{Absent, IdOf, Json, Named, There};

const IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";
const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const BLOBS: &str = "Microsoft.Storage/storageAccounts/blobServices";
const BLOB_CONTAINER: &str = "Microsoft.Storage/storageAccounts/blobServices/containers";
const WORKSPACE: &str = "Microsoft.OperationalInsights/workspaces";
const INSIGHTS: &str = "Microsoft.Insights/components";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts";
const DATABASE: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases";
const CONTAINER: &str = "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers";
const EVENT_HUBS: &str = "Microsoft.EventHub/namespaces";
const EVENT_HUB: &str = "Microsoft.EventHub/namespaces/eventhubs";
const GROUP: &str = "Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups";
const HUB: &str = "Microsoft.Devices/IotHubs";
const VAULT: &str = "Microsoft.KeyVault/vaults";
const PLAN: &str = "Microsoft.Web/serverfarms";
const PUBLISHING: &str = "Microsoft.Web/sites/basicPublishingCredentialsPolicies";
const PACKAGE: &str = "Microsoft.Web/sites/extensions";
const ACTIONS: &str = "Microsoft.Insights/actionGroups";
const BUDGET: &str = "Microsoft.Consumption/budgets";
const DIAGNOSTICS: &str = "Microsoft.Insights/diagnosticSettings";

/// Type, where, what, and why.
const RULES: &[(&str, &str, Be, &str)] = &[
    (IDENTITY, "/location", There, "required"),
    (STORAGE, "/location", There, "required"),
    (STORAGE, "/kind", Json(r#""StorageV2""#), "has what is used here"),
    (STORAGE, "/sku/name", Json(r#""Standard_LRS""#), "the cheapest"),
    (STORAGE, "/properties/allowBlobPublicAccess", Json("false"), "nobody reads unasked"),
    (STORAGE, "/properties/allowSharedKeyAccess", Json("false"), "identities only"),
    (STORAGE, "/properties/minimumTlsVersion", Json(r#""TLS1_2""#), "no old TLS"),
    (STORAGE, "/properties/supportsHttpsTrafficOnly", Json("true"), "no plain HTTP"),
    (BLOB_CONTAINER, "/properties/publicAccess", Json(r#""None""#), "nobody reads unasked"),
    (BLOBS, "/properties/staticWebsite/enabled", Json("true"), "devices fetch images there"),
    (BLOBS, "/properties/staticWebsite/indexDocument", Json(r#""index.html""#), "people look too"),
    (BLOBS, "/properties/isVersioningEnabled", Json("true"), "an overwritten image comes back"),
    (
        BLOBS,
        "/properties/deleteRetentionPolicy",
        Json(r#"{"enabled":true,"days":90}"#),
        "so does a deleted one",
    ),
    (
        BLOBS,
        "/properties/containerDeleteRetentionPolicy",
        Json(r#"{"enabled":true,"days":90}"#),
        "and all of them",
    ),
    (WORKSPACE, "/location", There, "required"),
    (WORKSPACE, "/properties/retentionInDays", Json("30"), "what is included"),
    (WORKSPACE, "/properties/sku/name", Json(r#""PerGB2018""#), "the only one for new workspaces"),
    (
        WORKSPACE,
        "/properties/workspaceCapping/dailyQuotaGb",
        Json("0.1"),
        "a talkative fault costs nothing",
    ),
    (INSIGHTS, "/location", There, "required"),
    (INSIGHTS, "/kind", Json(r#""web""#), "required"),
    (INSIGHTS, "/properties/Application_Type", Json(r#""web""#), "required"),
    (INSIGHTS, "/properties/DisableLocalAuth", Json("true"), "identities only"),
    (INSIGHTS, "/properties/WorkspaceResourceId", IdOf(WORKSPACE), "there is no other kind"),
    (COSMOS, "/location", There, "required"),
    (COSMOS, "/kind", Json(r#""GlobalDocumentDB""#), "the API that the program speaks"),
    (COSMOS, "/properties/databaseAccountOfferType", Json(r#""Standard""#), "required"),
    (COSMOS, "/properties/locations/0/locationName", There, "required"),
    (COSMOS, "/properties/locations/0/failoverPriority", Json("0"), "the first region writes"),
    (COSMOS, "/properties/locations/1", Absent, "a second region is paid for"),
    (
        COSMOS,
        "/properties/consistencyPolicy/defaultConsistencyLevel",
        Json(r#""Session""#),
        "one writes, and reads what it wrote",
    ),
    (COSMOS, "/properties/backupPolicy/type", Json(r#""Continuous""#), "a mistake can be undone"),
    (
        COSMOS,
        "/properties/backupPolicy/continuousModeProperties/tier",
        Json(r#""Continuous7Days""#),
        "the tier without a price",
    ),
    (COSMOS, "/properties/disableKeyBasedMetadataWriteAccess", Json("true"), "identities only"),
    (COSMOS, "/properties/disableLocalAuth", Json("true"), "identities only"),
    (COSMOS, "/properties/minimalTlsVersion", Json(r#""Tls12""#), "no old TLS"),
    (DATABASE, "/properties/resource/id", Named, "the service wants it twice"),
    (CONTAINER, "/properties/resource/id", Named, "the service wants it twice"),
    (
        CONTAINER,
        "/properties/resource/partitionKey/kind",
        Json(r#""Hash""#),
        "the only kind for one path",
    ),
    (
        CONTAINER,
        "/properties/resource/partitionKey/paths",
        Json(r#"["/partition"]"#),
        "what the store writes by",
    ),
    (
        CONTAINER,
        "/properties/resource/indexingPolicy/indexingMode",
        Json(r#""consistent""#),
        "the store reads by partition",
    ),
    (
        CONTAINER,
        "/properties/resource/indexingPolicy/excludedPaths",
        Json(r#"[{"path":"/*"}]"#),
        "an index is paid for at every write",
    ),
    (EVENT_HUBS, "/location", There, "required"),
    (EVENT_HUBS, "/sku", Json(r#"{"name":"Basic","tier":"Basic","capacity":1}"#), "the cheapest"),
    (EVENT_HUBS, "/properties/disableLocalAuth", Json("true"), "identities only"),
    (EVENT_HUBS, "/properties/minimumTlsVersion", Json(r#""1.2""#), "no old TLS"),
    (EVENT_HUB, "/properties/messageRetentionInDays", Json("1"), "the most that Basic has"),
    (EVENT_HUB, "/properties/partitionCount", Json("2"), "as the hub's own endpoint"),
    (GROUP, "/properties/name", Named, "the service wants it twice"),
    (HUB, "/location", There, "required"),
    (HUB, "/sku/capacity", Json("1"), "one unit is plenty"),
    (HUB, "/properties/minTlsVersion", Json(r#""1.2""#), "no old TLS"),
    (
        HUB,
        "/properties/eventHubEndpoints/events/partitionCount",
        Json("2"),
        "all that the free hub has",
    ),
    (VAULT, "/location", There, "required"),
    (
        VAULT,
        "/properties/tenantId",
        Json(r#""00000000-0000-0000-0000-000000000002""#),
        "required: the subscription's",
    ),
    (VAULT, "/properties/sku", Json(r#"{"family":"A","name":"standard"}"#), "the cheapest"),
    (VAULT, "/properties/enableRbacAuthorization", Json("true"), "roles, not access policies"),
    (VAULT, "/properties/enableSoftDelete", Json("true"), "the service insists"),
    (
        VAULT,
        "/properties/softDeleteRetentionInDays",
        Json("7"),
        "the shortest: a stack can be removed and made anew",
    ),
    (VAULT, "/properties/enablePurgeProtection", Absent, "with it the name stays taken"),
    (PLAN, "/location", There, "required"),
    (PLAN, "/kind", Json(r#""functionapp""#), "required"),
    (
        PLAN,
        "/sku",
        Json(r#"{"name":"FC1","tier":"FlexConsumption"}"#),
        "paid for by use, and takes identities",
    ),
    (PLAN, "/properties/reserved", Json("true"), "Linux"),
    (PUBLISHING, "/properties/allow", Json("false"), "identities only"),
    (PACKAGE, "/properties/packageUri", There, "what to run"),
    (PACKAGE, "/properties/remoteBuild", Json("false"), "it is built already"),
    (ACTIONS, "/location", Json(r#""Global""#), "it is nowhere else"),
    (ACTIONS, "/properties/enabled", Json("true"), "required"),
    (ACTIONS, "/properties/groupShortName", There, "required"),
    (ACTIONS, "/properties/emailReceivers/0/name", There, "required"),
    (
        ACTIONS,
        "/properties/emailReceivers/0/emailAddress",
        Json(r#""owner@example.org""#),
        "the one who asked for it",
    ),
    (
        ACTIONS,
        "/properties/emailReceivers/0/useCommonAlertSchema",
        Json("true"),
        "all letters look alike",
    ),
    (BUDGET, "/properties/category", Json(r#""Cost""#), "required"),
    (BUDGET, "/properties/amount", Json("5"), "the parameter"),
    (BUDGET, "/properties/timeGrain", Json(r#""Monthly""#), "the parameter is a month's"),
    (BUDGET, "/properties/timePeriod/startDate", Json(r#""2026-11-01""#), "the first of a month"),
    (DIAGNOSTICS, "/properties/workspaceId", IdOf(WORKSPACE), "where to look"),
];
>>>>>>> scripts

pub(super) fn check(_: Which, stack: &Stack, faults: &mut Faults) {
    for resource in &stack.resources {
        for (_, path, be, why) in RULES.iter().filter(|(kind, ..)| *kind == resource.kind) {
            let found = resource.body.pointer(path);
            let is_well = match be {
                Json(expected) => found.is_some_and(|found| *found == json_of(expected)),
                There => found.is_some_and(|found| found.as_str() != Some("")),
                Absent => found.is_none(),
                IdOf(kind) => found
                    .and_then(Value::as_str)
                    .is_some_and(|id| stack.at(id).is_some_and(|other| other.kind == *kind)),
                Named => found.is_some_and(|found| *found == json!(resource.last_name())),
            };
            faults.unless(is_well, || {
                format!("{} {}: {path} is {found:?} ({why})", resource.kind, resource.name)
            });
        }
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
