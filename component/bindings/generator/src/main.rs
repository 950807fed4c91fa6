//! Writes a world's C bindings, as `wit-bindgen c --world WORLD --no-object-file --out-dir OUT WIT` does.
use std::{env, error::Error, fs, path::Path};
use wit_bindgen_core::{Files, wit_parser::Resolve};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [wit, world, out] = &arguments[..] else {
        return Err("usage: k8s-fdw-bindings WIT WORLD OUT".into());
    };
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], Some(world))?;
    let options = wit_bindgen_c::Opts {
        no_object_file: true,
        ..Default::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    for (name, content) in files.iter() {
        fs::write(Path::new(out).join(name), content)?;
    }
    Ok(())
}
