//go:build !unix

package main

import "testing"

// silentDocuments are names of documents from which nothing ever comes.
func silentDocuments(*testing.T) map[string]string { return map[string]string{"standard input": "-"} }
