// Proves with rapidsnark (the library that go-rapidsnark carries) and prints a JSON line for each circuit.
//
//	rapidsnark ROUNDS FOLDER…
//
// A folder has circuit.zkey, circuit.wtns and name.txt; the proof goes to rapidsnark.json there, for others to verify.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/iden3/go-rapidsnark/prover"
)

// cpu is what this whole process has used, its threads too.
func cpu() float64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	millis := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e3 + float64(t.Usec)/1e3 }
	return millis(used.Utime) + millis(used.Stime)
}

func run(rounds int, folder string) error {
	read := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, name)) }
	zkey, err := read("circuit.zkey")
	if err != nil {
		return err
	}
	wtns, err := read("circuit.wtns")
	if err != nil {
		return err
	}
	name, err := read("name.txt")
	if err != nil {
		return err
	}
	prove, wall := 1e18, 1e18
	var proof, publics string
	for round := 0; round < rounds; round++ {
		used, start := cpu(), time.Now()
		proof, publics, err = prover.Groth16ProverRaw(zkey, wtns)
		if err != nil {
			return err
		}
		prove = min(prove, cpu()-used)
		wall = min(wall, float64(time.Since(start).Microseconds())/1e3)
	}
	made := fmt.Sprintf(`{"proof":%s,"publics":%s}`, proof, publics)
	if err := os.WriteFile(filepath.Join(folder, "rapidsnark.json"), []byte(made), 0o644); err != nil {
		return err
	}
	line, err := json.Marshal(map[string]any{
		"name": strings.TrimSpace(string(name)), "rapid_ms": prove, "rapid_wall_ms": wall,
	})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: rapidsnark ROUNDS FOLDER…")
		os.Exit(2)
	}
	rounds, err := strconv.Atoi(os.Args[1])
	for _, folder := range os.Args[2:] {
		if err == nil {
			err = run(rounds, folder)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
