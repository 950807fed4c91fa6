//! What is seen of an instance that writes, and what is shown to one.

use k8s_fdw_http::Request;
use k8s_fdw_http::object::{self, Identity};
use std::collections::HashMap;

/// The last request of an instance that writes.
pub struct Sent {
    /// Where the objects are listed of which it writes one.
    pub collection: String,
    /// What was sent.
    pub body: String,
    pub status: u16,
    /// What came back.
    pub answer: String,
}

/// What is watched of an instance that writes.
#[derive(Default)]
pub(super) struct Watched {
    pub(super) is_subresource: bool,
    pub(super) last: Option<Sent>,
    /// The versions that objects have got by requests of this instance, by uid.
    pub(super) versions: HashMap<String, String>,
}

/// An object that is shown as if the cluster had it.
pub struct Shown {
    pub plural: String,
    pub identity: Identity,
    pub list: String,
    pub empty_list: String,
}

impl Shown {
    /// The answer to a request for it; `None` for other requests, such as those for what the cluster serves.
    pub(super) fn answer(&self, url: &str) -> Option<(u16, &str)> {
        let path = object::path(url);
        let place = path.rsplit('/').position(|step| step == self.plural)?;
        let namespace = path.rsplit('/').skip(place + 1).take(2).collect::<Vec<_>>();
        let is_elsewhere =
            matches!(namespace[..], [name, "namespaces"] if name != self.identity.namespace);
        match place {
            0 if is_elsewhere => Some((200, &self.empty_list)),
            0 => Some((200, &self.list)),
            // No other object is there.
            _ => Some((404, "{}")),
        }
    }
}

impl Watched {
    pub(super) fn note(&mut self, request: Request, is_real: bool, status: u16, answer: &str) {
        let writes = request.method != k8s_fdw_http::Method::Get;
        let is_fine = (200..300).contains(&status);
        // After a lost answer the component reads the object.
        if is_fine
            && (is_real || !writes)
            && let Some(identity) = Identity::of(answer)
        {
            self.versions.insert(identity.uid, identity.resource_version);
        }
        if writes && !is_real {
            let url = &request.url;
            let collection = object::collection(request.method, url, self.is_subresource);
            self.last = Some(Sent {
                collection: collection.to_owned(),
                body: request.body,
                status,
                answer: answer.to_owned(),
            });
        }
    }
}
