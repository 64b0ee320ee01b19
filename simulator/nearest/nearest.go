// Package nearest finds the known word that a mistyped one was meant to be.
package nearest

import "strings"

// To returns the option closest to word, or "" when none is close enough to be
// a likely typing error: at most a third of the letters may differ, or one
// must begin with the other.
func To(word string, options []string) string {
	best, bestCost := "", 1+max(1, len(word)/3)
	lower := strings.ToLower(word)
	for _, option := range options {
		o := strings.ToLower(option)
		cost := distance(lower, o)
		if cost >= bestCost && len(lower) > 2 && (strings.HasPrefix(o, lower) || strings.HasPrefix(lower, o) && len(o) > 2) {
			cost = bestCost - 1
		}
		if cost < bestCost {
			best, bestCost = option, cost
		}
	}
	return best
}

// Hint is To as a ready sentence, or "" when nothing is near.
func Hint(word string, options []string) string {
	if near := To(word, options); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	return ""
}

func quote(s string) string { return `"` + s + `"` }

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours each cost one.
func distance(a, b string) int {
	before, prev := []int(nil), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
