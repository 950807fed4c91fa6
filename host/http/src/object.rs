//! What requests that write, and their answers, say of an object. The texts stay as they are: nothing becomes a number of
//! another form, and no member moves.

use std::fmt;
use std::fmt::Write;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::Method;

/// The members of a JSON object, in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'a> Members<'a> {
    fn of(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value.get())
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    fn write(&self, without: &[&str]) -> String {
        let mut json = String::from("{");
        for (name, value) in &self.0 {
            if !without.contains(&name.as_str()) {
                let separator = if json.len() == 1 { "" } else { "," };
                let name = serde_json::Value::from(name.as_str());
                write!(json, "{separator}{name}:{}", value.get()).expect("a String takes all");
            }
        }
        json.push('}');
        json
    }
}

/// What an object says of itself; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Identity {
    pub namespace: String,
    pub name: String,
    pub uid: String,
    pub resource_version: String,
}

impl Identity {
    /// Reads the JSON of an object; `None` if it has no metadata.
    pub fn of(object: &str) -> Option<Self> {
        let object = Members::of(object)?;
        let metadata = Members::of(object.raw("metadata")?)?;
        let text = |name| metadata.text(name).unwrap_or_default();
        Some(Self {
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
            resource_version: text("resourceVersion"),
        })
    }
}

/// An object's apiVersion and kind.
pub fn type_of(object: &str) -> Option<(String, String)> {
    let object = Members::of(object)?;
    Some((object.text("apiVersion")?, object.text("kind")?))
}

/// The object as a list has it, without some of its metadata.
pub fn as_list(object: &str, without: &[&str]) -> Option<String> {
    let (version, kind) = type_of(object)?;
    let object = Members::of(object)?;
    let metadata = Members::of(object.raw("metadata")?)?.write(without);
    let rest = object.write(&["metadata"]);
    let separator = if rest == "{}" { "" } else { "," };
    let item = format!("{{\"metadata\":{metadata}{separator}{}", &rest[1..]);
    Some(list(&version, &kind, &item))
}

/// A list without objects.
pub fn empty_list(object: &str) -> Option<String> {
    let (version, kind) = type_of(object)?;
    Some(list(&version, &kind, ""))
}

fn list(version: &str, kind: &str, items: &str) -> String {
    let (version, kind) =
        (serde_json::Value::from(version), serde_json::Value::from(format!("{kind}List")));
    format!("{{\"apiVersion\":{version},\"kind\":{kind},\"metadata\":{{}},\"items\":[{items}]}}")
}

/// Whether a request that writes is only tried.
pub fn is_dry_run(url: &str, body: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|part| part == "dryRun=All")
        || Members::of(body).is_some_and(|body| {
            body.raw("kind") == Some("\"DeleteOptions\"") && body.raw("dryRun").is_some()
        })
}

/// A URL without its query.
pub fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

/// A URL's path, without its query.
pub fn path(url: &str) -> &str {
    let url = without_query(url);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |start| &rest[start..])
}

/// Where the objects are listed of which a request writes one: `…/namespaces/shop/pods`.
pub fn collection(method: Method, url: &str, is_subresource: bool) -> &str {
    let steps = match method {
        Method::Post => 0,
        _ if is_subresource => 2,
        _ => 1,
    };
    let url = without_query(url);
    (0..steps).fold(url, |url, _| url.rsplit_once('/').map_or(url, |(collection, _)| collection))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECT: &str = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","uid":"u","resourceVersion":"7"},"x":1.50}"#;

    #[test]
    fn an_object_says_which_it_is() {
        let want = Identity {
            namespace: String::new(),
            name: "a".to_owned(),
            uid: "u".to_owned(),
            resource_version: "7".to_owned(),
        };
        assert_eq!(Identity::of(OBJECT), Some(want));
        for none in ["", "[]", "{}", r#"{"metadata":1}"#] {
            assert_eq!(Identity::of(none), None, "{none}");
        }
    }

    #[test]
    fn a_list_has_the_object_digit_for_digit() {
        assert_eq!(
            as_list(OBJECT, &["uid", "resourceVersion"]).unwrap(),
            r#"{"apiVersion":"v1","kind":"PodList","metadata":{},"items":[{"metadata":{"name":"a"},"kind":"Pod","apiVersion":"v1","x":1.50}]}"#
        );
        assert_eq!(
            empty_list(OBJECT).unwrap(),
            r#"{"apiVersion":"v1","kind":"PodList","metadata":{},"items":[]}"#
        );
        assert_eq!(as_list(r#"{"kind":"Status"}"#, &[]), None);
    }

    #[test]
    fn a_dry_run_is_told_from_the_request_itself() {
        assert!(is_dry_run("http://a/b?x=1&dryRun=All", "{}"));
        assert!(is_dry_run("http://a/b", r#"{"kind":"DeleteOptions","dryRun":["All"]}"#));
        assert!(!is_dry_run("http://a/b", r#"{"kind":"DeleteOptions"}"#));
        assert!(!is_dry_run("http://a/b?x=1", r#"{"dryRun":["All"]}"#));
        assert!(!is_dry_run("http://a/dryRun=All", ""));
    }

    #[test]
    fn paths() {
        assert_eq!(path("https://a:1/b/c?d=/e"), "/b/c");
        assert_eq!(path("https://a"), "/");
        let url = "http://a/api/v1/nodes/n/status?x=1";
        assert_eq!(collection(Method::Patch, url, true), "http://a/api/v1/nodes");
        assert_eq!(collection(Method::Delete, "http://a/nodes/n", false), "http://a/nodes");
        assert_eq!(collection(Method::Post, "http://a/nodes?x=1", true), "http://a/nodes");
    }
}
