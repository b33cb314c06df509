//go:build pictures

package main

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestSmallPictures writes each PNG of the folder that CWSYNC_SMALL_PICTURES names with few colours, which makes it a third as large.
func TestSmallPictures(t *testing.T) {
	folder := os.Getenv("CWSYNC_SMALL_PICTURES")
	paths, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil || folder == "" || len(paths) == 0 {
		t.Fatalf("CWSYNC_SMALL_PICTURES names no folder of pictures (%v): run .ci/pictures", err)
	}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(file)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_ = file.Close()
		small := image.NewPaletted(picture.Bounds(), fewColours(picture, 63))
		draw.Draw(small, small.Bounds(), picture, image.Point{}, draw.Src)
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(out, small); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// fewColours are the colours that a picture has most of, those that are much alike taken as one.
func fewColours(picture image.Image, most int) color.Palette {
	type shade struct{ r, g, b, a uint8 }
	count := map[shade]int{}
	of, seen := map[shade]color.NRGBA{}, map[color.NRGBA]int{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			exact, _ := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			near := shade{exact.R >> 5, exact.G >> 5, exact.B >> 5, exact.A >> 7}
			count[near]++
			seen[exact]++
			if best, known := of[near]; !known || seen[exact] > seen[best] {
				of[near] = exact
			}
		}
	}
	frequent := slices.SortedFunc(maps.Keys(count), func(a, b shade) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.r, b.r), cmp.Compare(a.g, b.g), cmp.Compare(a.b, b.b), cmp.Compare(a.a, b.a))
	})
	palette := color.Palette{color.NRGBA{}}
	for _, near := range frequent[:min(most, len(frequent))] {
		palette = append(palette, of[near])
	}
	return palette
}
