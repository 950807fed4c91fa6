// The oracle of cases.txt: what apimachinery's Quantity makes of each line.
// Prints answers.json; reads nothing but standard input.
//
//	go run . < cases.txt > answers.json
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	// Null for an error.
	answers := map[string]*string{"": decimal("")}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answers[lines.Text()] = decimal(lines.Text())
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		panic(err)
	}
}

// The digits without trailing zeros, and the power of ten that they are multiplied by: `15e-1`.
func decimal(text string) *string {
	// ParseQuantity would make a decimal of 2^31 digits of it, and not come back.
	if i := strings.IndexAny(text, "eE"); i >= 0 && len(text)-i > 6 {
		return nil
	}
	quantity, err := resource.ParseQuantity(text)
	if err != nil {
		return nil
	}
	made := quantity.AsDec()
	digits := made.UnscaledBig().String()
	exponent := -int(made.Scale())
	for len(digits) > 1 && strings.HasSuffix(digits, "0") {
		digits = digits[:len(digits)-1]
		exponent++
	}
	if digits == "0" {
		exponent = 0
	}
	answer := digits + "e" + strconv.Itoa(exponent)
	return &answer
}
