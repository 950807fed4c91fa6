// Package manifests holds the objects of the named sets as YAML, one folder a set.
// It never reads or changes them; internal/seed does.
package manifests

import "embed"

// Files has the YAML documents; within a set they are created in the order of their file names.
//
//go:embed talk/*.yaml widgets/*.yaml zoo/*.yaml
var Files embed.FS
