package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// connect makes the clients' connections, so that they stand before the clock runs.
func connect(job Job, clients []*http.Client) error {
	for _, client := range clients {
		call, err := newRequest(job, "GET", "/version", nil)
		if err != nil {
			return err
		}
		answer, err := client.Do(call)
		if err != nil {
			return err
		}
		discard(answer.Body)
		answer.Body.Close()
	}
	return nil
}

// request sends Count requests, InFlight at a time.
func request(job Job, clients []*http.Client) (Result, error) {
	workers := max(job.InFlight, 1)
	var next, failed, received atomic.Int64
	var firstError, shown atomic.Value
	took := make(latencies, workers)
	var group sync.WaitGroup
	if err := connect(job, clients); err != nil {
		return Result{}, err
	}
	began := time.Now()
	for worker := range workers {
		group.Go(func() {
			client := clients[worker%len(clients)]
			for {
				n := int(next.Add(1)) - 1
				if n >= job.Count {
					return
				}
				start := time.Now()
				size, body, err := operate(job, client, n)
				if job.Show && body != nil {
					shown.Store(string(body))
				}
				took[worker] = append(took[worker], time.Since(start))
				received.Add(size)
				if err != nil {
					failed.Add(1)
					firstError.CompareAndSwap(nil, err.Error())
				}
			}
		})
	}
	group.Wait()
	result := Result{Ops: job.Count, Errors: int(failed.Load()), Seconds: time.Since(began).Seconds(), Bytes: received.Load()}
	if text, ok := firstError.Load().(string); ok {
		result.FirstError = text
	}
	if text, ok := shown.Load().(string); ok {
		result.Shown = text
	}
	result.P50, result.P99 = took.quantiles()
	return result, nil
}

func operate(job Job, client *http.Client, n int) (int64, []byte, error) {
	if !job.Paged {
		return send(job, client, n, "")
	}
	var size int64
	for token := ""; ; {
		got, body, err := send(job, client, n, token)
		size += got
		if err != nil {
			return size, nil, err
		}
		var page struct {
			Metadata struct{ Continue string }
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return size, nil, err
		}
		if token = page.Metadata.Continue; token == "" {
			return size, nil, nil
		}
	}
}

func send(job Job, client *http.Client, n int, token string) (int64, []byte, error) {
	path := fill(job, job.Path, n)
	if token != "" {
		path += "&continue=" + url.QueryEscape(token)
	}
	var body []byte
	if job.Body != nil {
		body = []byte(fill(job, string(job.Body), n))
	}
	call, err := newRequest(job, job.Method, path, body)
	if err != nil {
		return 0, nil, err
	}
	answer, err := client.Do(call)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		text, _ := io.ReadAll(answer.Body)
		return 0, nil, fmt.Errorf("%s %s: %d %.300s", job.Method, path, answer.StatusCode, text)
	}
	if job.Paged || job.Show {
		text, err := io.ReadAll(answer.Body)
		return int64(len(text)), text, err
	}
	size, err := discard(answer.Body)
	return size, nil, err
}

func newRequest(job Job, method, path string, body []byte) (*http.Request, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	call, err := http.NewRequest(method, job.Server+path, reader)
	if err != nil {
		return nil, err
	}
	if job.Token != "" {
		call.Header.Set("Authorization", "Bearer "+job.Token)
	}
	for name, value := range job.Headers {
		call.Header.Set(name, value)
	}
	return call, nil
}

func fill(job Job, text string, n int) string {
	if !strings.Contains(text, "{") {
		return text
	}
	object := job.First + n
	if job.Objects > 0 {
		object = job.First + n%job.Objects
	}
	return strings.NewReplacer(
		"{i}", fmt.Sprintf("%07d", object),
		"{n}", strconv.Itoa(n),
		"{t}", strconv.FormatInt(time.Now().UnixNano(), 10),
	).Replace(text)
}
