//! The site that runs the program, held against the package and the host.

use serde_json::{Value, json};

use super::faults::Faults;
use super::roles::program_identity;
use super::stack::Stack;
use super::templates::StackKind;

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let sites: Vec<_> = stack.of_type("Microsoft.Web/sites").collect();
    let [site] = sites[..] else {
        return faults.unless(false, || format!("there are {} sites", sites.len()));
    };
    let identity = json!(program_identity(stack));
    let plan = json!(stack.single("Microsoft.Web/serverfarms").map(|plan| &plan.id));
    let containers = "Microsoft.Storage/storageAccounts/blobServices/containers";
    let package = stack.of_type(containers).find(|container| container.last_name() != "$web");
    let package = package.map(|container| {
        let account = container.name.split('/').next().unwrap_or_default();
        format!("https://{account}.blob.core.windows.net/{}", container.last_name())
    });
    // azd finds the site by its service's name.
    let service =
        (stack_kind == StackKind::Owner).then(|| json!({"azd-service-name": "cloudsmets"}));
    let storage = "/functionAppConfig/deployment/storage";
    let expected: [(&str, Value); 14] = [
        ("/serverFarmId", plan),
        ("/httpsOnly", json!(true)),
        (&format!("{storage}/type"), json!("blobContainer")),
        (&format!("{storage}/value"), json!(package)),
        (&format!("{storage}/authentication/type"), json!("UserAssignedIdentity")),
        (&format!("{storage}/authentication/userAssignedIdentityResourceId"), identity.clone()),
        ("/functionAppConfig/runtime/name", json!("custom")),
        ("/functionAppConfig/runtime/version", json!("1.0")),
        // The smallest instance, and the smallest most of them that Azure takes.
        ("/functionAppConfig/scaleAndConcurrency/instanceMemoryMB", json!(512)),
        ("/functionAppConfig/scaleAndConcurrency/maximumInstanceCount", json!(40)),
        ("/siteConfig/ftpsState", json!("Disabled")),
        ("/siteConfig/minTlsVersion", json!("1.2")),
        ("/siteConfig/scmMinTlsVersion", json!("1.2")),
        // Whoever resolves the reference to the secret.
        (
            "/keyVaultReferenceIdentity",
            if stack_kind == StackKind::Owner { identity } else { Value::Null },
        ),
    ];
    for (path, value) in expected {
        let found = site.property(path);
        faults.unless(*found == value, || format!("site: {path} is {found}, not {value}"));
    }
    faults.unless(site.body["kind"] == "functionapp,linux", || "site: kind".to_owned());
    faults.unless(site.body["location"].is_string(), || "site: location".to_owned());
    faults
        .unless(site.body.get("tags") == service.as_ref(), || "site: azd finds no site".to_owned());
    let packages: Vec<_> = stack.of_type("Microsoft.Web/sites/extensions").collect();
    let uri = stack.parameters.get("packageUri").and_then(Value::as_str).unwrap_or_default();
    let is_valid = match packages[..] {
        [] => uri.is_empty(),
        [package] => package.property("/packageUri") == uri && package.last_name() == "onedeploy",
        _ => false,
    };
    faults.unless(is_valid, || format!("the package {uri:?} is not what is deployed"));
}
