//! The contract's imports: what the component may call. A resource is an index into the query that the instance has.

use crate::bindings::supabase::wrappers::{http, jwt, stats, time, types, utils};
use crate::environment::{Environment, HttpRequest, Level};
use crate::instance::State;
use crate::query::Options;
use std::time::{SystemTime, UNIX_EPOCH};
use wasmtime::component::Resource;

const SERVER_OPTIONS: u32 = 0;
const TABLE_OPTIONS: u32 = 1;
const IMPORT_OPTIONS: u32 = 2;
const NO_OPTIONS: u32 = 3;

const NOT_OFFERED: &str = "this host does not offer it";

fn indices<T: 'static>(length: usize) -> Vec<Resource<T>> {
    (0..length as u32).map(Resource::new_own).collect()
}

impl<E: Environment> State<E> {
    fn options(&self, rep: u32) -> &Options {
        match rep {
            SERVER_OPTIONS => &self.query.server_options,
            TABLE_OPTIONS => &self.query.table_options,
            IMPORT_OPTIONS => &self.query.import_options,
            _ => &self.no_options,
        }
    }

    fn option(&self, rep: u32, key: &str) -> Option<&str> {
        self.options(rep).iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn send(&mut self, method: http::Method, request: http::Request) -> http::HttpResult {
        let http::Request { url, headers, body, .. } = request;
        let response = self.environment.send(HttpRequest { method, url, headers, body })?;
        Ok(http::Response {
            url: response.url,
            status_code: response.status,
            headers: response.headers,
            body: response.body,
        })
    }
}

impl<E: Environment> http::Host for State<E> {
    fn get(&mut self, request: http::Request) -> http::HttpResult {
        self.send(http::Method::Get, request)
    }

    fn post(&mut self, request: http::Request) -> http::HttpResult {
        self.send(http::Method::Post, request)
    }

    fn put(&mut self, request: http::Request) -> http::HttpResult {
        self.send(http::Method::Put, request)
    }

    fn patch(&mut self, request: http::Request) -> http::HttpResult {
        self.send(http::Method::Patch, request)
    }

    fn delete(&mut self, request: http::Request) -> http::HttpResult {
        self.send(http::Method::Delete, request)
    }

    fn error_for_status(&mut self, response: http::Response) -> Result<(), http::HttpError> {
        match response.status_code {
            400.. => {
                Err(format!("HTTP status {} for url ({})", response.status_code, response.url))
            }
            _ => Ok(()),
        }
    }
}

impl<E: Environment> jwt::Host for State<E> {
    fn encode(&mut self, _: Vec<(String, String)>, _: String, _: String, _: u32) -> jwt::JwtResult {
        Err(NOT_OFFERED.to_owned())
    }
}

impl<E: Environment> stats::Host for State<E> {
    fn inc_stats(&mut self, fdw_name: String, metric: stats::Metric, inc: i64) {
        self.environment.count(&fdw_name, metric, inc);
    }

    fn get_metadata(&mut self, _: String) -> stats::Metadata {
        None
    }

    fn set_metadata(&mut self, _: String, _: stats::Metadata) {}
}

impl<E: Environment> time::Host for State<E> {
    fn epoch_secs(&mut self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
    }

    fn parse_from_rfc3339(&mut self, _: String) -> time::TimeResult {
        Err(NOT_OFFERED.to_owned())
    }

    fn parse_from_str(&mut self, _: String, _: String) -> time::TimeResult {
        Err(NOT_OFFERED.to_owned())
    }

    fn epoch_ms_to_rfc3339(&mut self, _: i64) -> Result<String, time::TimeError> {
        Err(NOT_OFFERED.to_owned())
    }

    fn sleep(&mut self, millis: u64) {
        self.environment.sleep(millis);
    }
}

impl<E: Environment> utils::Host for State<E> {
    fn report_info(&mut self, msg: String) {
        self.environment.report(Level::Info, &msg);
    }

    fn report_notice(&mut self, msg: String) {
        self.environment.report(Level::Notice, &msg);
    }

    fn report_warning(&mut self, msg: String) {
        self.environment.report(Level::Warning, &msg);
    }

    fn report_error(&mut self, msg: String) {
        self.environment.fail(&msg);
    }

    fn cell_to_string(&mut self, cell: Option<types::Cell>) -> String {
        cell.map_or_else(|| "null".to_owned(), |cell| format!("{cell:?}"))
    }

    fn get_vault_secret(&mut self, secret_id: String) -> Option<String> {
        self.environment.vault_secret(&secret_id)
    }

    fn get_vault_secret_by_name(&mut self, secret_name: String) -> Option<String> {
        self.environment.vault_secret_by_name(&secret_name)
    }

    fn query_setting(&mut self, name: String) -> Option<String> {
        self.environment.setting(&name)
    }
}

impl<E: Environment> types::Host for State<E> {}

impl<E: Environment> types::HostOptions for State<E> {
    fn new(&mut self, options_type: types::OptionsType) -> Resource<types::Options> {
        Resource::new_own(match options_type {
            types::OptionsType::Server => SERVER_OPTIONS,
            types::OptionsType::Table => TABLE_OPTIONS,
            types::OptionsType::ImportSchema => IMPORT_OPTIONS,
            types::OptionsType::Other(_) => NO_OPTIONS,
        })
    }

    fn get(&mut self, options: Resource<types::Options>, key: String) -> Option<String> {
        self.option(options.rep(), &key).map(str::to_owned)
    }

    fn require(
        &mut self,
        options: Resource<types::Options>,
        key: String,
    ) -> Result<String, types::FdwError> {
        let value = self.option(options.rep(), &key);
        value.map(str::to_owned).ok_or_else(|| format!("required option `{key}` is not specified"))
    }

    fn require_or(
        &mut self,
        options: Resource<types::Options>,
        key: String,
        default: String,
    ) -> String {
        self.option(options.rep(), &key).map_or(default, str::to_owned)
    }

    fn drop(&mut self, _: Resource<types::Options>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostContext for State<E> {
    fn new(&mut self) -> Resource<types::Context> {
        Resource::new_own(0)
    }

    fn get_options(
        &mut self,
        _: Resource<types::Context>,
        options_type: types::OptionsType,
    ) -> Resource<types::Options> {
        types::HostOptions::new(self, options_type)
    }

    fn get_quals(&mut self, _: Resource<types::Context>) -> Vec<Resource<types::Qual>> {
        indices(self.query.quals.len())
    }

    fn get_columns(&mut self, _: Resource<types::Context>) -> Vec<Resource<types::Column>> {
        indices(self.query.columns.len())
    }

    fn get_sorts(&mut self, _: Resource<types::Context>) -> Vec<Resource<types::Sort>> {
        indices(self.query.sorts.len())
    }

    fn get_limit(&mut self, _: Resource<types::Context>) -> Option<Resource<types::Limit>> {
        self.query.limit.map(|_| Resource::new_own(0))
    }

    fn drop(&mut self, _: Resource<types::Context>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostRow for State<E> {
    fn new(&mut self) -> Resource<types::Row> {
        Resource::new_own(0)
    }

    fn cols(&mut self, _: Resource<types::Row>) -> Vec<String> {
        self.query.columns.iter().map(|column| column.name.clone()).collect()
    }

    fn cells(&mut self, _: Resource<types::Row>) -> Vec<Option<types::Cell>> {
        self.row.clone()
    }

    fn push(&mut self, _: Resource<types::Row>, cell: Option<types::Cell>) {
        self.row.push(cell);
    }

    fn drop(&mut self, _: Resource<types::Row>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostColumn for State<E> {
    fn new(&mut self, index: u32) -> Resource<types::Column> {
        Resource::new_own(index)
    }

    fn name(&mut self, column: Resource<types::Column>) -> String {
        self.query.columns[column.rep() as usize].name.clone()
    }

    fn num(&mut self, column: Resource<types::Column>) -> u32 {
        self.query.columns[column.rep() as usize].number
    }

    fn type_oid(&mut self, column: Resource<types::Column>) -> types::TypeOid {
        self.query.columns[column.rep() as usize].type_oid.clone()
    }

    fn drop(&mut self, _: Resource<types::Column>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostQual for State<E> {
    fn new(&mut self, index: u32) -> Resource<types::Qual> {
        Resource::new_own(index)
    }

    fn field(&mut self, qual: Resource<types::Qual>) -> String {
        self.query.quals[qual.rep() as usize].field.clone()
    }

    fn operator(&mut self, qual: Resource<types::Qual>) -> String {
        self.query.quals[qual.rep() as usize].operator.clone()
    }

    fn value(&mut self, qual: Resource<types::Qual>) -> types::Value {
        self.query.quals[qual.rep() as usize].value.clone()
    }

    fn use_or(&mut self, qual: Resource<types::Qual>) -> bool {
        self.query.quals[qual.rep() as usize].use_or
    }

    fn param(&mut self, _: Resource<types::Qual>) -> Option<types::Param> {
        // A value is computed before the scan begins, so none is unknown.
        None
    }

    fn deparse(&mut self, qual: Resource<types::Qual>) -> String {
        self.query.quals[qual.rep() as usize].deparse()
    }

    fn drop(&mut self, _: Resource<types::Qual>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostSort for State<E> {
    fn new(&mut self, index: u32) -> Resource<types::Sort> {
        Resource::new_own(index)
    }

    fn field(&mut self, sort: Resource<types::Sort>) -> String {
        self.query.sorts[sort.rep() as usize].field.clone()
    }

    fn field_no(&mut self, sort: Resource<types::Sort>) -> u32 {
        self.query.sorts[sort.rep() as usize].field_no
    }

    fn reversed(&mut self, sort: Resource<types::Sort>) -> bool {
        self.query.sorts[sort.rep() as usize].reversed
    }

    fn nulls_first(&mut self, sort: Resource<types::Sort>) -> bool {
        self.query.sorts[sort.rep() as usize].nulls_first
    }

    fn collate(&mut self, sort: Resource<types::Sort>) -> Option<String> {
        self.query.sorts[sort.rep() as usize].collate.clone()
    }

    fn deparse(&mut self, sort: Resource<types::Sort>) -> String {
        self.query.sorts[sort.rep() as usize].deparse()
    }

    fn deparse_with_collate(&mut self, sort: Resource<types::Sort>) -> String {
        self.query.sorts[sort.rep() as usize].deparse_with_collate()
    }

    fn drop(&mut self, _: Resource<types::Sort>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl<E: Environment> types::HostLimit for State<E> {
    fn new(&mut self) -> Resource<types::Limit> {
        Resource::new_own(0)
    }

    fn count(&mut self, _: Resource<types::Limit>) -> i64 {
        self.query.limit.map_or(0, |limit| limit.count)
    }

    fn offset(&mut self, _: Resource<types::Limit>) -> i64 {
        self.query.limit.map_or(0, |limit| limit.offset)
    }

    fn deparse(&mut self, _: Resource<types::Limit>) -> String {
        self.query.limit.map_or_else(String::new, |limit| limit.deparse())
    }

    fn drop(&mut self, _: Resource<types::Limit>) -> wasmtime::Result<()> {
        Ok(())
    }
}
