//! Owns one scan: its pages, fetched lazily, and the row at hand.
//! Never keeps more than one page; a rescan asks again once the first page is gone.

use crate::answer::{Page, Rows};
use crate::plan::{Plan, Projection, Server};
use crate::supabase::wrappers::http;
use crate::supabase::wrappers::types::Cell;

// The sizes of src/cluster/pager.ts, so that both wrappers send the same requests.
const FIRST_PAGE: u64 = 1000;
const PAGE_BYTES: u64 = 20_000_000;
const GROWTH: u64 = 10;
const LARGEST_PAGE: u64 = 10_000;
const LARGEST_TABLE: u64 = 100_000;

pub struct Scan {
    server: Server,
    plan: Plan,
    page: Rows,
    row: usize,
    page_size: u64,
    largest: u64,
    pages: u32,
    /// Of the next page; none after the last.
    token: Option<String>,
}

impl Scan {
    pub fn new(server: Server, plan: Plan) -> Self {
        let (first, largest) = match plan.projection {
            Projection::Names => (LARGEST_TABLE, LARGEST_TABLE),
            Projection::Metadata | Projection::Objects => (FIRST_PAGE, LARGEST_PAGE),
        };
        let page_size = plan.row_limit.unwrap_or(first).clamp(1, largest);
        Self { server, plan, page: Vec::new(), row: 0, page_size, largest, pages: 0, token: None }
    }

    pub fn next(&mut self) -> Result<Option<&[Option<Cell>]>, String> {
        while self.row == self.page.len() {
            if self.pages > 0 && self.token.is_none() {
                return Ok(None);
            }
            self.fetch()?;
        }
        self.row += 1;
        Ok(self.page.get(self.row - 1).map(Vec::as_slice))
    }

    pub fn rewind(&mut self) {
        self.row = 0;
        if self.pages > 1 {
            self.page.clear();
            self.pages = 0;
            self.token = None;
        }
    }

    fn fetch(&mut self) -> Result<(), String> {
        self.page.clear();
        self.row = 0;
        self.pages += 1;
        let response = http::get(&self.request())?;
        let page = match response.status_code {
            200 => Page::read(&self.plan, &response.body)?,
            404 if self.plan.single => Page::default(),
            code => return Err(format!("GET {}: {code} {}", self.plan.path, response.body)),
        };
        let (objects, bytes) = (page.rows.len() as u64, response.body.len() as u64);
        self.page_size = next_page_size(self.page_size, objects, bytes).min(self.largest);
        self.page = page.rows;
        self.token = page.token;
        Ok(())
    }

    fn request(&self) -> http::Request {
        let accept = accept(self.plan.projection, self.plan.single);
        let mut url = format!("{}{}", self.server.url, self.plan.path);
        if !self.plan.single {
            url.push_str("?limit=");
            url.push_str(&self.page_size.to_string());
            if let Some(token) = &self.token {
                url.push_str("&continue=");
                url.push_str(token);
            }
            if self.plan.projection == Projection::Names {
                url.push_str("&includeObject=None");
            }
        }
        let mut headers = vec![
            ("accept".to_owned(), accept.to_owned()),
            ("user-agent".to_owned(), "k8s_fdw-reference/0.1.0".to_owned()),
        ];
        if let Some(token) = &self.server.token {
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        http::Request { method: http::Method::Get, url, headers, body: String::new() }
    }
}

/// As `src/cluster/media-types.ts` has them.
fn accept(projection: Projection, single: bool) -> &'static str {
    match (projection, single) {
        (Projection::Objects, _) => "application/json",
        (Projection::Metadata, false) => {
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        }
        (Projection::Names, false) => {
            "application/json;as=Table;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
        }
        (_, true) => {
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
        }
    }
}

fn next_page_size(asked: u64, objects: u64, bytes: u64) -> u64 {
    let fitting = (PAGE_BYTES * objects).checked_div(bytes).filter(|_| objects > 0);
    fitting.unwrap_or(asked).min((asked * GROWTH).max(FIRST_PAGE)).max(1)
}
