package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// WatchJob opens watches, then has the job's requests sent, and counts what arrives.
type WatchJob struct {
	Watchers int
	Path     string
	// Requests a second; 0 for as many as InFlight allows.
	Rate float64
	// How long to wait for events that are still on their way.
	PatienceSeconds float64
}

var marker = []byte(`"bench/at":"`)

func watch(job Job, clients []*http.Client) (Result, error) {
	settings := *job.Watch
	took := make(latencies, settings.Watchers)
	var arrived atomic.Int64
	var opened sync.WaitGroup
	errs := make(chan error, settings.Watchers)
	for watcher := range settings.Watchers {
		opened.Add(1)
		go func() {
			client := clients[watcher%len(clients)]
			call, err := newRequest(job, "GET", settings.Path, nil)
			if err == nil {
				call.Header.Set("Accept", "application/json")
				var answer *http.Response
				if answer, err = client.Do(call); err == nil && answer.StatusCode != 200 {
					err = fmt.Errorf("watch: %d", answer.StatusCode)
				}
				if err == nil {
					opened.Done()
					follow(answer, &took[watcher], &arrived)
					return
				}
			}
			errs <- err
			opened.Done()
		}()
	}
	opened.Wait()
	select {
	case err := <-errs:
		return Result{}, err
	default:
	}
	time.Sleep(500 * time.Millisecond)
	// What it costs to open them is not measured: whoever measures says when to go on.
	fmt.Fprintln(os.Stderr, "OPEN")
	if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
		return Result{}, err
	}

	writers, err := clientsOf(Job{CA: job.CA, Cert: job.Cert, Key: job.Key, Connections: 1})
	if err != nil {
		return Result{}, err
	}
	// Events carry the time at which their write was sent: the first shall not wait for a handshake.
	if err := connect(job, writers); err != nil {
		return Result{}, err
	}
	began := time.Now()
	var result Result
	if settings.Rate > 0 {
		result = paced(job, writers[0], settings.Rate)
	} else if result, err = request(job, writers); err != nil {
		return Result{}, err
	}
	expected := int64((job.Count - result.Errors) * settings.Watchers)
	// A server may cut off watchers that it is too fast for: nothing comes any more then.
	patience := time.Duration(settings.PatienceSeconds * 1e9)
	for seen, last := int64(0), time.Now(); seen < expected && time.Since(last) < patience; time.Sleep(time.Millisecond) {
		if now := arrived.Load(); now != seen {
			seen, last = now, time.Now()
			result.Seconds = last.Sub(began).Seconds()
		}
	}
	result.Events = int(arrived.Load())
	result.Missing = int(expected) - result.Events
	result.EventP50, result.EventP99 = took.quantiles()
	return result, nil
}

// follow reads one watch to its end. Events of one line each carry the time of their write.
func follow(answer *http.Response, took *[]time.Duration, arrived *atomic.Int64) {
	reader := bufio.NewReaderSize(answer.Body, 64<<10)
	for {
		line, err := reader.ReadSlice('\n')
		for err == bufio.ErrBufferFull {
			// The marker stands in metadata, within the first piece: the rest is only skipped.
			_, err = reader.ReadSlice('\n')
		}
		if err != nil {
			return
		}
		at := bytes.Index(line, marker)
		if at < 0 {
			continue
		}
		digits := line[at+len(marker):]
		end := bytes.IndexByte(digits, '"')
		if end < 0 {
			continue
		}
		sent, err := strconv.ParseInt(string(digits[:end]), 10, 64)
		if err != nil {
			continue
		}
		*took = append(*took, time.Duration(time.Now().UnixNano()-sent))
		arrived.Add(1)
	}
}

// paced sends the job's requests at a steady rate, without waiting for answers before the next.
func paced(job Job, client *http.Client, rate float64) Result {
	var failed atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for n := range job.Count {
		time.Sleep(time.Until(began.Add(time.Duration(float64(n) / rate * 1e9))))
		group.Go(func() {
			if _, _, err := operate(job, client, n); err != nil {
				failed.Add(1)
			}
		})
	}
	group.Wait()
	return Result{Ops: job.Count, Errors: int(failed.Load())}
}
