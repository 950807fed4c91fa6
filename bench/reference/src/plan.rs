//! Owns what is asked of the API server: which path, which columns, and how much of each object they need.
//! Never sends a request.

use crate::supabase::wrappers::types::{Cell, Context, OptionsType, Qual, Value};

/// How to reach the API server.
#[derive(Clone)]
pub struct Server {
    pub url: String,
    pub token: Option<String>,
}

impl Server {
    pub fn new(ctx: &Context) -> Result<Self, String> {
        let options = ctx.get_options(&OptionsType::Server);
        Ok(Self { url: options.require("api_url")?, token: options.get("api_key") })
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Column {
    Name,
    Namespace,
    Image,
    Labels,
    Object,
}

impl Column {
    fn named(name: &str) -> Result<Self, String> {
        Ok(match name {
            "name" => Self::Name,
            "namespace" => Self::Namespace,
            "image" | "container" => Self::Image,
            "labels" => Self::Labels,
            "attrs" => Self::Object,
            _ => return Err(format!("no column {name}")),
        })
    }
}

/// How much of each object is asked for: the least that holds all columns.
#[derive(Clone, Copy, PartialEq)]
pub enum Projection {
    Names,
    Metadata,
    Objects,
}

impl Projection {
    fn of(columns: &[Column], namespace: Option<&str>) -> Self {
        let needs = |column: Column| columns.contains(&column);
        if needs(Column::Image) || needs(Column::Object) {
            Self::Objects
        } else if needs(Column::Labels) || (needs(Column::Namespace) && namespace.is_none()) {
            Self::Metadata
        } else {
            Self::Names
        }
    }
}

pub struct Plan {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub path: String,
    /// The path is one object's.
    pub single: bool,
    pub namespace: Option<String>,
    pub columns: Vec<Column>,
    pub projection: Projection,
    pub row_limit: Option<u64>,
}

impl Plan {
    pub fn new(ctx: &Context) -> Result<Self, String> {
        let options = ctx.get_options(&OptionsType::Table);
        let (api_version, kind, base, plural) = match options.require("object")?.as_str() {
            "pods" => ("v1", "Pod", "/api/v1", "pods"),
            "deployments.apps" => ("apps/v1", "Deployment", "/apis/apps/v1", "deployments"),
            "replicasets.apps" => ("apps/v1", "ReplicaSet", "/apis/apps/v1", "replicasets"),
            object => return Err(format!("no object {object}")),
        };
        let quals = ctx.get_quals();
        let namespace = options.get("namespace").or_else(|| equal(&quals, "namespace"));
        let name = if namespace.is_some() { equal(&quals, "name") } else { None };
        let columns = ctx
            .get_columns()
            .iter()
            .map(|column| Column::named(&column.name()))
            .collect::<Result<Vec<_>, _>>()?;
        let mut path = base.to_owned();
        for part in [namespace.as_deref().map(|_| "namespaces"), namespace.as_deref(), Some(plural)]
            .into_iter()
            .flatten()
            .chain(name.as_deref())
        {
            path.push('/');
            path.push_str(part);
        }
        Ok(Self {
            api_version,
            kind,
            path,
            single: name.is_some(),
            projection: Projection::of(&columns, namespace.as_deref()),
            namespace,
            columns,
            row_limit: ctx.get_limit().and_then(|it| u64::try_from(it.count() + it.offset()).ok()),
        })
    }
}

/// The text that a column must equal, where it can stand in a path as it is.
fn equal(quals: &[Qual], field: &str) -> Option<String> {
    quals.iter().find_map(|qual| {
        if qual.field() != field || qual.operator() != "=" || qual.use_or() {
            return None;
        }
        match (qual.param(), qual.value()) {
            (None, Value::Cell(Cell::String(text))) if is_dns_name(&text) => Some(text),
            _ => None,
        }
    })
}

fn is_dns_name(text: &str) -> bool {
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    text.bytes().all(allowed) && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
}
