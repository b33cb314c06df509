package report

import (
	"strings"

	"cwsync/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// All widths are in terminal cells, and all texts here are plain ones.

func cells(s string) int { return ansi.StringWidth(s) }

// split cuts s after as many whole characters as fit into width, but after one at least.
func split(s string, width int) (head, rest string) {
	used, at := 0, 0
	for at < len(s) {
		cluster, w := ansi.FirstGraphemeCluster(s[at:], ansi.GraphemeWidth)
		if at > 0 && used+w > width {
			break
		}
		used += w
		at += len(cluster)
	}
	return s[:at], s[at:]
}

// shorten cuts s to width, with … where something is missing.
func shorten(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	if width < 2 {
		return theme.Ellipsis
	}
	head, _ := split(s, width-1)
	if cells(head) > width-1 { // a wide character where only one cell is left
		return theme.Ellipsis
	}
	return strings.TrimRight(head, " ") + theme.Ellipsis
}

func padRight(s string, width int) string { return s + spaces(width-cells(s)) }

func padLeft(s string, width int) string { return spaces(width-cells(s)) + s }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// wrap breaks s at spaces into lines no wider than width; a word that is wider is broken where the line ends.
func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' }) {
		if line != "" && cells(line)+1+cells(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for cells(word) > width {
			head, rest := split(word, width)
			lines, word = append(lines, head), rest
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// longestWord is the width of the widest word of s.
func longestWord(s string) int {
	longest := 0
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' }) {
		longest = max(longest, cells(word))
	}
	return longest
}
