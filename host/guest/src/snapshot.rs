//! Starts a component once and makes another of it whose memory is as the start left it, so that no query pays for the
//! start again.

use crate::bindings::Wrappers;
use crate::environment::{Environment, HttpRequest, HttpResponse, Level, Metric};
use crate::error::Error;
use crate::instance::State;
use crate::library::{Limits, linker, new_store};
use crate::query::Query;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wasmtime::component::{Component, ComponentNamedList, Instance, Lift, Resource, WasmList};
use wasmtime::{Engine, Store};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

/// The component, started. The first call of any routine starts the engine within it, and ending a scan that was never
/// begun does nothing else.
pub(crate) fn started(engine: &Engine, component: &[u8]) -> Result<Vec<u8>, Error> {
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument_component(component)?;
    let compiled = Component::from_binary(engine, &instrumented)?;
    let mut store = new_store(engine, Nobody, Query::default(), Limits::default());
    let instance = linker(engine)?.instantiate(&mut store, &compiled)?;
    let world = Wrappers::new(&mut store, &instance)?;
    let routines = world.supabase_wrappers_routines();
    routines.call_end_scan(&mut store, Resource::new_own(0))?.map_err(Error::Guest)?;

    let mut memory = Memory { store, instance };
    let snapshot = pin!(wizer.snapshot_component(&context, &mut memory));
    match snapshot.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(bytes) => Ok(bytes?),
        Poll::Pending => Err(Error::Load("the snapshot waits for something".to_owned())),
    }
}

struct Memory {
    store: Store<State<Nobody>>,
    instance: Instance,
}

impl Memory {
    fn ask<R: Lift + Send + Sync + 'static>(&mut self, interface: &str, function: &str) -> R
    where
        (R,): ComponentNamedList,
    {
        const ACCESSOR: &str = "wizer's instrumentation exports it";
        let Self { store, instance } = self;
        let (_, interface) = instance.get_export(&mut *store, None, interface).expect(ACCESSOR);
        let (_, function) =
            instance.get_export(&mut *store, Some(&interface), function).expect(ACCESSOR);
        let function = instance.get_typed_func::<(), (R,)>(&mut *store, function).expect(ACCESSOR);
        function.call(&mut *store, ()).expect(ACCESSOR).0
    }
}

impl ComponentInstanceState for Memory {
    async fn call_func_ret_list_u8(
        &mut self,
        instance: &str,
        func: &str,
        contents: impl FnOnce(&[u8]) + Send,
    ) {
        let list: WasmList<u8> = self.ask(instance, func);
        contents(list.as_le_slice(&self.store));
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.ask(instance, func)
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.ask(instance, func)
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.ask::<f32>(instance, func).to_bits()
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.ask::<f64>(instance, func).to_bits()
    }
}

/// The process of a component that is started and asked nothing.
struct Nobody;

impl Environment for Nobody {
    fn send(&mut self, _: HttpRequest) -> Result<HttpResponse, String> {
        Err("nobody sends requests while the component is started".to_owned())
    }

    fn sleep(&mut self, _: u64) {}

    fn setting(&mut self, _: &str) -> Option<String> {
        None
    }

    fn vault_secret(&mut self, _: &str) -> Option<String> {
        None
    }

    fn vault_secret_by_name(&mut self, _: &str) -> Option<String> {
        None
    }

    fn report(&mut self, _: Level, _: &str) {}

    fn fail(&mut self, _: &str) {}

    fn count(&mut self, _: &str, _: Metric, _: i64) {}

    fn check_interrupts(&mut self) {}
}
