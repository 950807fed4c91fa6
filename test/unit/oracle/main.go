// The oracle of the tables in cases.json: what client-go's JSONPath and apimachinery's Quantity make of them.
// Prints answers.json; reads nothing else.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

type cases struct {
	Object     json.RawMessage `json:"object"`
	Paths      []string        `json:"paths"`
	Quantities []string        `json:"quantities"`
}

type answers struct {
	// Text as kubectl prints it, or null for an error.
	Paths      map[string]*string `json:"paths"`
	Quantities map[string]*string `json:"quantities"`
}

func main() {
	var in cases
	decoder := json.NewDecoder(os.Stdin)
	if err := decoder.Decode(&in); err != nil {
		panic(err)
	}
	var object any
	// As kubectl reads objects: integers are int64, not float64.
	if err := utiljson.Unmarshal(in.Object, &object); err != nil {
		panic(err)
	}
	out := answers{Paths: map[string]*string{}, Quantities: map[string]*string{}}
	for _, path := range in.Paths {
		out.Paths[path] = print(path, object)
	}
	for _, text := range in.Quantities {
		out.Quantities[text] = decimal(text)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		panic(err)
	}
}

func print(path string, object any) *string {
	printer := jsonpath.New("case").AllowMissingKeys(true)
	if err := printer.Parse(path); err != nil {
		return nil
	}
	var text bytes.Buffer
	if err := printer.Execute(&text, object); err != nil {
		return nil
	}
	made := text.String()
	return &made
}

func decimal(text string) *string {
	quantity, err := resource.ParseQuantity(text)
	if err != nil {
		return nil
	}
	made := quantity.AsDec().String()
	if strings.Contains(made, ".") {
		made = strings.TrimRight(strings.TrimRight(made, "0"), ".")
	}
	return &made
}
