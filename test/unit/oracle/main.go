// The oracle: what client-go's JSONPath and apimachinery's Quantity answer.
// One JSON line in, one out; knows no case and no file.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"
)

type question struct {
	Object     json.RawMessage `json:"object"`
	Paths      []string        `json:"paths"`
	Quantities []string        `json:"quantities"`
	// The order of a Go map is another each time, but some are rare: so often is a path evaluated that may depend on it.
	Runs int `json:"runs"`
}

type reply struct {
	// Each the JSON text of an answer: a reader may not want its numbers as doubles.
	Paths      []string  `json:"paths"`
	Quantities []*string `json:"quantities"`
}

type answer struct {
	Text string `json:"text,omitempty"`
	// A list for each action of the template, of all that it led to.
	Results [][]json.RawMessage `json:"results,omitempty"`
	// "parse", "execute" or "panic", and the message; empty where all went well.
	Failed  string `json:"failed,omitempty"`
	Message string `json:"message,omitempty"`
	// The order of a map decides.
	Varies bool `json:"varies,omitempty"`
	// A wildcard over a string led to its bytes, left out of Results.
	Bytes bool `json:"bytes,omitempty"`
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		var asked question
		if err := in.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := out.Encode(reply{Paths: evaluate(asked), Quantities: decimals(asked.Quantities)}); err != nil {
			panic(err)
		}
	}
}

func evaluate(asked question) []string {
	answers := []string{}
	if len(asked.Paths) == 0 {
		return answers
	}
	// One for each run: where keys lie in a map is drawn when it is made, and two that lie side by side seldom change places.
	objects := make([]any, max(asked.Runs, 1))
	for i := range objects {
		// As kubectl reads objects: integers are int64, not float64.
		if err := utiljson.Unmarshal(asked.Object, &objects[i]); err != nil {
			panic(err)
		}
	}
	for _, path := range asked.Paths {
		answers = append(answers, string(encode(often(path, objects))))
	}
	return answers
}

// The answer over the same object decoded several times.
func often(path string, objects []any) answer {
	first := once(path, objects[0])
	if !strings.Contains(path, "*") && !strings.Contains(path, "..") {
		return first
	}
	for i := 1; i < len(objects) && first.Failed != "parse" && !first.Varies; i++ {
		next := once(path, objects[i])
		if next.Text != first.Text || next.Failed != first.Failed {
			next.Varies = true
			first = next
		}
	}
	if first.Varies {
		first.Text = ""
		inOrder(first.Results)
	}
	return first
}

// One of the orders, the same each time.
func inOrder(results [][]json.RawMessage) {
	for _, list := range results {
		slices.SortFunc(list, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	}
	slices.SortFunc(results, func(a, b []json.RawMessage) int { return bytes.Compare(encode(a), encode(b)) })
}

func once(path string, object any) (made answer) {
	stage := "parse"
	defer func() {
		if problem := recover(); problem != nil {
			made = answer{Failed: "panic", Message: fmt.Sprint(problem)}
		}
	}()
	// Executing a template with a range changes it, so each run parses anew.
	printer := jsonpath.New("case").AllowMissingKeys(true)
	err := printer.Parse(path)
	if err == nil {
		stage = "execute"
		var found [][]reflect.Value
		if found, err = printer.FindResults(object); err == nil {
			return printed(printer, found)
		}
	}
	return answer{Failed: stage, Message: err.Error()}
}

func printed(printer *jsonpath.JSONPath, found [][]reflect.Value) answer {
	var text bytes.Buffer
	made := answer{Results: [][]json.RawMessage{}}
	for _, values := range found {
		if err := printer.PrintResults(&text, values); err != nil {
			return answer{Failed: "execute", Message: err.Error()}
		}
		list := []json.RawMessage{}
		for _, value := range values {
			if value.Kind() == reflect.Uint8 {
				made.Bytes = true
				continue
			}
			list = append(list, marshal(value))
		}
		made.Results = append(made.Results, list)
	}
	made.Text = text.String()
	return made
}

func marshal(value reflect.Value) json.RawMessage {
	if !value.IsValid() {
		return json.RawMessage("null")
	}
	return encode(value.Interface())
}

func encode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(text.Bytes())
}

func decimals(texts []string) []*string {
	made := []*string{}
	for _, text := range texts {
		made = append(made, decimal(text))
	}
	return made
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
