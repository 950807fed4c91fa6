//! Owns the `http` interface: a new client for every request, gzip, redirects, retries.
//! Never sets a timeout, a header of its own or a trust store: the real host has none.

use super::Host;
use host_logic::headers;
use reqwest::Method;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;

const MAX_RETRIES: u32 = 3;

fn client(headers: &[(String, String)]) -> Result<ClientWithMiddleware, String> {
    let client = reqwest::Client::builder()
        .default_headers(headers::to_map(headers))
        .gzip(true)
        .build()
        .map_err(|e| e.to_string())?;
    let retries = ExponentialBackoff::builder().build_with_max_retries(MAX_RETRIES);
    Ok(ClientBuilder::new(client).with(RetryTransientMiddleware::new_with_policy(retries)).build())
}

macro_rules! serve {
    ($version:ident) => {
        const _: () = {
            use crate::bindings::$version::supabase::wrappers::http as wit;

            async fn send(req: wit::Request) -> wit::HttpResult {
                // The method is the one in the request, whichever function was called.
                let method = match req.method {
                    wit::Method::Get => Method::GET,
                    wit::Method::Post => Method::POST,
                    wit::Method::Put => Method::PUT,
                    wit::Method::Patch => Method::PATCH,
                    wit::Method::Delete => Method::DELETE,
                };
                let request = client(&req.headers)?.request(method, req.url).body(req.body);
                let response = request.send().await.map_err(|e| e.to_string())?;
                Ok(wit::Response {
                    url: response.url().to_string(),
                    status_code: response.status().as_u16(),
                    headers: headers::from_map(response.headers()),
                    body: response.text().await.map_err(|e| e.to_string())?,
                })
            }

            impl wit::Host for Host {
                fn get(&mut self, req: wit::Request) -> wit::HttpResult {
                    self.rt.block_on(send(req))
                }

                fn post(&mut self, req: wit::Request) -> wit::HttpResult {
                    self.rt.block_on(send(req))
                }

                fn put(&mut self, req: wit::Request) -> wit::HttpResult {
                    self.rt.block_on(send(req))
                }

                fn patch(&mut self, req: wit::Request) -> wit::HttpResult {
                    self.rt.block_on(send(req))
                }

                fn delete(&mut self, req: wit::Request) -> wit::HttpResult {
                    self.rt.block_on(send(req))
                }

                fn error_for_status(&mut self, resp: wit::Response) -> Result<(), String> {
                    headers::error_for_status(resp.status_code, &resp.url)
                }
            }
        };
    };
}

serve!(v1);
serve!(v2);
