package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"cwsync/cwclient"
	"cwsync/cwclient/cwsim"
	"cwsync/syncer/billing"
	"cwsync/syncer/psa"

	"golang.org/x/sync/errgroup"
)

// What the child of BenchmarkResident reads.
const (
	residentAgreements = 10_000
	residentProducts   = 50_000
)

// BenchmarkResident has another process read and hold 100,000 additions and 50,000 products, and reports the most memory that it had resident.
// The promise is 150 MB.
func BenchmarkResident(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("reads /proc/self/status, which only Linux has")
	}
	world := cwsim.Generate(1, cwsim.Size{Companies: residentAgreements, Agreements: residentAgreements, AdditionsPerAgreement: 10, Products: residentProducts})
	server := cwsim.NewServer(world, cwsim.WithLogSize(1))
	listener := httptest.NewServer(server)
	defer listener.Close()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	child := filepath.Join(b.TempDir(), residentCommand)
	if err := os.Symlink(program, child); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		keys := server.Credentials()
		cmd := exec.Command(child)
		cmd.Env = append(os.Environ(), "RESIDENT_SITE="+listener.URL, "RESIDENT_COMPANY="+keys.Company, "RESIDENT_CLIENT="+keys.ClientID,
			"RESIDENT_PUBLIC="+keys.PublicKey, "RESIDENT_PRIVATE="+keys.PrivateKey)
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		most, err := strconv.Atoi(string(out))
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		b.ReportMetric(float64(most)/1000, "MB-resident")
	}
}

// residentCommand is the name under which the test binary is residentMain.
const residentCommand = "cwsync-resident"

// residentMain reads and holds, and prints the most kilobytes that were resident.
func residentMain() {
	tuneMemory()
	if err := holdAll(context.Background()); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func holdAll(ctx context.Context) error {
	client, err := cwclient.New(cwclient.Config{
		Site: os.Getenv("RESIDENT_SITE"), Company: os.Getenv("RESIDENT_COMPANY"), ClientID: os.Getenv("RESIDENT_CLIENT"),
		PublicKey: os.Getenv("RESIDENT_PUBLIC"), PrivateKey: os.Getenv("RESIDENT_PRIVATE"),
	}, cwclient.WithMaxRPM(0))
	if err != nil {
		return err
	}
	connectwise := psa.New(client)
	additions := make([][]billing.Addition, residentAgreements)
	var group errgroup.Group
	group.SetLimit(16)
	for i := range additions {
		group.Go(func() (err error) {
			additions[i], err = connectwise.Additions(ctx, 801+i, false)
			return err
		})
	}
	identifiers := make([]string, residentProducts)
	for i := range identifiers {
		identifiers[i] = fmt.Sprintf("SKU-%d", i+1)
	}
	products, err := connectwise.ProductsByIdentifier(ctx, identifiers)
	if err = firstOf(err, group.Wait()); err != nil {
		return err
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	fmt.Print(regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))[1])
	held := len(products)
	for _, list := range additions {
		held += len(list)
	}
	if want := residentProducts + 10*residentAgreements; held != want {
		return fmt.Errorf("held %d records, want %d", held, want)
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
