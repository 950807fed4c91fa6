// What apimachinery makes of label selectors and of ages, for sql/test: `go run .` writes selectors.json and
// durations.json. The cases are random, and the same each time.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/duration"
)

type answer struct {
	Labels   map[string]string     `json:"labels"`
	Selector *metav1.LabelSelector `json:"selector"`
	// Null for a selector that apimachinery refuses.
	Matches *bool `json:"matches"`
}

var (
	random    = rand.New(rand.NewSource(1))
	keys      = []string{"app", "tier", "example.com/part-of", "zone"}
	values    = []string{"", "a", "b", "A", "1"}
	operators = []metav1.LabelSelectorOperator{"In", "In", "NotIn", "NotIn", "Exists", "DoesNotExist"}
)

func one[T any](from []T) T { return from[random.Intn(len(from))] }

func someLabels(most int) map[string]string {
	if random.Intn(8) == 0 {
		return nil
	}
	made := map[string]string{}
	for range random.Intn(most + 1) {
		made[one(keys)] = one(values)
	}
	return made
}

func someValues(least int) []string {
	made := []string{}
	for range least + random.Intn(3) {
		made = append(made, one(values))
	}
	return made
}

func expression() metav1.LabelSelectorRequirement {
	made := metav1.LabelSelectorRequirement{Key: one(keys), Operator: one(operators)}
	if made.Operator == metav1.LabelSelectorOpIn || made.Operator == metav1.LabelSelectorOpNotIn {
		made.Values = someValues(1)
	}
	// Now and then what apimachinery refuses.
	switch random.Intn(40) {
	case 0:
		made.Operator = one([]metav1.LabelSelectorOperator{"Gt", "in", ""})
	case 1:
		made.Values = nil
	case 2:
		made.Values = someValues(1)
	}
	return made
}

func selector() *metav1.LabelSelector {
	if random.Intn(25) == 0 {
		return nil
	}
	made := &metav1.LabelSelector{MatchLabels: someLabels(1)}
	for range random.Intn(4) {
		made.MatchExpressions = append(made.MatchExpressions, expression())
	}
	return made
}

func answered() answer {
	made := answer{Labels: someLabels(4), Selector: selector()}
	if converted, err := metav1.LabelSelectorAsSelector(made.Selector); err == nil {
		matches := converted.Matches(labels.Set(made.Labels))
		made.Matches = &matches
	}
	return made
}

// Both sides of each second from which on an age is written in another way, and some between.
func seconds() []int64 {
	const minute, hour, day = 60, 3600, 86400
	made := []int64{-3, -2, -1}
	for _, limit := range []int64{0, 2 * minute, 10 * minute, 3 * hour, 8 * hour, 2 * day, 8 * day, 2 * 365 * day, 8 * 365 * day} {
		for _, offset := range []int64{-day, -hour, -minute, -1, 0, 1, minute, hour, day} {
			if limit+offset >= 0 {
				made = append(made, limit+offset)
			}
		}
	}
	for range 300 {
		made = append(made, int64(random.Intn(1+random.Intn(10*365*day))))
	}
	return made
}

func write(file string, lines [][]byte) {
	text := append([]byte("[\n  "), bytes.Join(lines, []byte(",\n  "))...)
	if err := os.WriteFile(file, append(text, []byte("\n]\n")...), 0o644); err != nil {
		panic(err)
	}
}

func line(value any) []byte {
	made, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprint(value, err))
	}
	return made
}

func main() {
	var selectors, durations [][]byte
	for range 600 {
		selectors = append(selectors, line(answered()))
	}
	for _, count := range seconds() {
		durations = append(durations, line([]any{count, duration.HumanDuration(time.Duration(count) * time.Second)}))
	}
	write("selectors.json", selectors)
	write("durations.json", durations)
}
