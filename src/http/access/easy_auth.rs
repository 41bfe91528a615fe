//! Users that Azure's Easy Auth has authenticated.

use axum::http::HeaderMap;

use super::{AccessDenied, Visitor};

/// The value of `X-MS-CLIENT-PRINCIPAL-IDP` for Microsoft Entra ID. Another identity provider could
/// give its users any name, including an owner's.
const ENTRA_ID: &str = "aad";

/// Identifies the user by the headers of Easy Auth, which replaces those that a client sends. An
/// owner that contains `@` is compared with the name only, and any other with the id only.
pub(super) fn identify(headers: &HeaderMap, owners: &[String]) -> Result<Visitor, AccessDenied> {
    let id = single_value(headers, "x-ms-client-principal-id").ok_or(AccessDenied::NotSignedIn)?;
    let name = single_value(headers, "x-ms-client-principal-name").unwrap_or_default();
    let provider = single_value(headers, "x-ms-client-principal-idp").unwrap_or_default();
    let is_owner = owners.iter().any(|owner| {
        let principal = if owner.contains('@') { &name } else { &id };
        principal == owner
    });
    let is_owner = is_owner && provider == ENTRA_ID;
    Ok(if is_owner { Visitor::Owner } else { Visitor::NonOwner })
}

/// Returns a header's value in lower case, unless it is empty or the header is repeated.
fn single_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    Some(value.trim().to_lowercase()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-0000-0000-00000000000a";

    fn visitor(id: &str, name: &str, provider: &str) -> Result<Visitor, AccessDenied> {
        let values = [("id", id), ("name", name), ("idp", provider)];
        let headers = values.iter().filter(|(_, value)| !value.is_empty()).map(|(end, value)| {
            (format!("x-ms-client-principal-{end}").parse().unwrap(), value.parse().unwrap())
        });
        identify(&headers.collect(), &["me@example.org".to_owned(), ID.to_owned()])
    }

    #[test]
    fn owners_match_by_id_or_by_name() {
        assert_eq!(visitor("1-2", "Me@Example.org", "AAD"), Ok(Visitor::Owner));
        assert_eq!(visitor(&ID.to_uppercase(), "x@example.org", "aad"), Ok(Visitor::Owner));
        assert_eq!(visitor("1-2", "you@example.org", "aad"), Ok(Visitor::NonOwner));
        assert_eq!(visitor("", "me@example.org", "aad"), Err(AccessDenied::NotSignedIn));
    }

    #[test]
    fn an_id_never_matches_a_name_and_a_name_never_matches_an_id() {
        assert_eq!(visitor("1-2", ID, "aad"), Ok(Visitor::NonOwner));
        assert_eq!(visitor("me@example.org", "x@example.org", "aad"), Ok(Visitor::NonOwner));
    }

    #[test]
    fn users_of_other_identity_providers_are_never_owners() {
        for provider in ["", "github", "google", "aad2", "aad,github"] {
            assert_eq!(visitor("1-2", "me@example.org", provider), Ok(Visitor::NonOwner));
            assert_eq!(visitor(ID, "", provider), Ok(Visitor::NonOwner), "{provider}");
        }
    }

    #[test]
    fn a_repeated_header_does_not_count() {
        let name = "x-ms-client-principal-id";
        let mut headers = HeaderMap::new();
        headers.append(name, ID.parse().unwrap());
        headers.append(name, "1-2".parse().unwrap());
        assert_eq!(identify(&headers, &[ID.to_owned()]), Err(AccessDenied::NotSignedIn));
    }
}
