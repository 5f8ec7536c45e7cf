// Command load puts a load on an API server and tells how it was served. It reads one job as JSON from its
// standard input and writes one result as JSON to its standard output. Standard library only, so that it is no
// one's client in particular.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
)

// Job says what to do. In Path and Body, {i} stands for the number of an object, seven digits long, {t} for the
// time in nanoseconds, {n} for the number of the request.
type Job struct {
	Server      string
	CA          string
	Token       string
	Cert, Key   string
	Connections int
	InFlight    int
	Count       int
	Objects     int
	First       int
	Method      string
	Path        string
	Headers     map[string]string
	Body        []byte
	// Pages are followed to the end, as one operation.
	Paged bool
	// Show asks for the text of the last answer.
	Show  bool
	Watch *WatchJob
}

// Result tells of one job. Latencies are in milliseconds.
type Result struct {
	Ops        int
	Errors     int
	FirstError string `json:",omitempty"`
	Seconds    float64
	P50, P99   float64
	Bytes      int64
	Shown      string `json:",omitempty"`
	// Of watches: events that arrived, and how long after their write was sent.
	Events             int     `json:",omitempty"`
	Missing            int     `json:",omitempty"`
	EventP50, EventP99 float64 `json:",omitempty"`
}

func main() {
	var job Job
	if err := json.NewDecoder(os.Stdin).Decode(&job); err != nil {
		fail(err)
	}
	clients, err := clientsOf(job)
	if err != nil {
		fail(err)
	}
	var result Result
	if job.Watch != nil {
		result, err = watch(job, clients)
	} else {
		result, err = request(job, clients)
	}
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "load:", err)
	os.Exit(1)
}

// clientsOf makes as many clients as there shall be connections; each keeps to one connection by HTTP/2.
func clientsOf(job Job) ([]*http.Client, error) {
	pem, err := os.ReadFile(job.CA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: roots}
	if job.Cert != "" {
		pair, err := tls.LoadX509KeyPair(job.Cert, job.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	clients := make([]*http.Client, max(job.Connections, 1))
	for i := range clients {
		clients[i] = &http.Client{Transport: &http.Transport{
			TLSClientConfig:     config.Clone(),
			ForceAttemptHTTP2:   true,
			DisableCompression:  true,
			MaxIdleConnsPerHost: 1,
			IdleConnTimeout:     time.Hour,
			ReadBufferSize:      64 << 10,
		}}
	}
	return clients, nil
}

// latencies collects durations of many goroutines, each into its own.
type latencies [][]time.Duration

func (l latencies) quantiles() (p50, p99 float64) {
	var all []time.Duration
	for _, one := range l {
		all = append(all, one...)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	at := func(q float64) float64 { return float64(all[int(q*float64(len(all)-1))]) / 1e6 }
	return at(0.5), at(0.99)
}

func discard(body io.Reader) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{io.Discard}, body, make([]byte, 64<<10))
}
