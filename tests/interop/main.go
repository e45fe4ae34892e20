// Verifies a log written by Sallyport.Tlog with Go's own sumdb/note and sumdb/tlog: code that shares nothing with ours.
//
//	interop FOLDER VKEY
//
// FOLDER is in the layout of C2SP tlog-tiles; entry bundles may be missing, tiles may not. Beside the tiles it may hold checkpoint.N files and a file "proofs" with
// lines "inclusion INDEX SIZE HASH..." and "consistency FROM TO HASH...", which are checked against the roots that the
// entries make.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"interop/note"
	"interop/tlog"
)

type hashes []tlog.Hash // in the order of stored hashes

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = h[index]
	}
	return found, nil
}

func main() {
	folder, vkey := os.Args[1], os.Args[2]
	verifier := must(note.NewVerifier(vkey))
	size, root := open(filepath.Join(folder, "checkpoint"), verifier)
	store := hashes{}
	entries := 0
	for n := int64(0); n*256 < size; n++ {
		width := min(256, size-n*256)
		bundle, absent := os.ReadFile(filepath.Join(folder, "tile", "entries", number(n, width)))
		check(absent == nil || os.IsNotExist(absent), "%v", absent)
		tile := must(os.ReadFile(filepath.Join(folder, "tile", "0", number(n, width))))
		for i := int64(0); i < width; i++ {
			if absent != nil { // only the entries of a range were exported, and the hashes of all
				leaf := tlog.Hash{}
				copy(leaf[:], tile[32*i:32*i+32])
				store = append(store, must(tlog.StoredHashesForRecordHash(n*256+i, leaf, store))...)
				continue
			}
			entries++
			length := int(binary.BigEndian.Uint16(bundle)) + 2
			leaf := tlog.RecordHash(bundle[2:length])
			check(bytes.Equal(leaf[:], tile[32*i:32*i+32]), "entry %d does not hash to its leaf", n*256+i)
			store = append(store, must(tlog.StoredHashesForRecordHash(n*256+i, leaf, store))...)
			bundle = bundle[length:]
		}
		check(len(bundle) == 0, "bundle %d has bytes left over", n)
	}
	check(must(tlog.TreeHash(size, store)) == root, "the root is not the checkpoint's")
	tiles := tlog.NewTiles(8, 0, size)
	count := 0
	for i, tile := range tiles { // every tile of every level; of a partial one, the widest
		if i+1 < len(tiles) && tiles[i+1].L == tile.L && tiles[i+1].N == tile.N {
			continue
		}
		count++
		path := filepath.Join(folder, "tile", strconv.Itoa(tile.L), number(tile.N, int64(tile.W)))
		expected := must(tlog.ReadTileData(tile, store))
		check(bytes.Equal(must(os.ReadFile(path)), expected), "%s is wrong", path)
	}
	older := must(filepath.Glob(filepath.Join(folder, "checkpoint.*")))
	for _, file := range older {
		n, h := open(file, verifier)
		check(n == 0 || must(tlog.TreeHash(n, store)) == h, "%s is not of this log", file)
	}
	text, _ := os.ReadFile(filepath.Join(folder, "proofs"))
	proofs := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if words := strings.Fields(line); len(words) > 2 {
			a, b := must(strconv.ParseInt(words[1], 10, 64)), must(strconv.ParseInt(words[2], 10, 64))
			proof := []tlog.Hash{}
			for _, word := range words[3:] {
				proof = append(proof, must(tlog.ParseHash(word)))
			}
			proofs++
			if words[0] == "inclusion" {
				leaf := store[tlog.StoredHashIndex(0, a)]
				check(tlog.CheckRecord(proof, b, must(tlog.TreeHash(b, store)), a, leaf) == nil, "bad: %s", line)
			} else {
				roots := [2]tlog.Hash{must(tlog.TreeHash(a, store)), must(tlog.TreeHash(b, store))}
				check(tlog.CheckTree(proof, b, roots[1], a, roots[0]) == nil, "bad: %s", line)
			}
		}
	}
	fmt.Printf("verified %d entries, %d tiles, %d checkpoints, %d proofs\n", entries, count, len(older)+1, proofs)
}

func open(file string, verifier note.Verifier) (int64, tlog.Hash) {
	signed := must(note.Open(must(os.ReadFile(file)), note.VerifierList(verifier)))
	lines := strings.Split(signed.Text, "\n")
	check(len(lines) >= 4 && lines[0] == verifier.Name(), "%s: not a checkpoint of %s", file, verifier.Name())
	return must(strconv.ParseInt(lines[1], 10, 64)), must(tlog.ParseHash(lines[2]))
}

func number(n, width int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	if width < 256 {
		text += fmt.Sprintf(".p/%d", width)
	}
	return text
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func must[T any](value T, err error) T {
	check(err == nil, "%v", err)
	return value
}

func check(good bool, format string, values ...any) {
	if !good {
		fmt.Printf("refused: "+format+"\n", values...)
		os.Exit(1)
	}
}
