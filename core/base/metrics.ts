/** Label values, in the order in which the metric names its labels. */
export type LabelValues = readonly string[];

export interface Counter {
  add(amount?: number, ...labels: LabelValues): void;
}
export interface Gauge {
  set(value: number, ...labels: LabelValues): void;
  add(amount: number, ...labels: LabelValues): void;
}
export interface Histogram {
  observe(value: number, ...labels: LabelValues): void;
}

/** Where a component keeps its figures, in Prometheus' model and under Kubernetes' names. Asking twice for a name gives the same metric. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** `buckets` are the upper bounds, ascending, without infinity. */
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
  /** A gauge that is computed when somebody reads it. */
  computed(name: string, help: string, read: () => number): void;
  /** All of it in Prometheus' text exposition format. */
  text(): string;
}

interface Family {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly lines: (name: string) => string[];
  readonly face: Counter & Gauge & Histogram;
}

export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  const family = (name: string, make: () => Family): Family => {
    let found = families.get(name);
    if (found === undefined) families.set(name, (found = make()));
    return found;
  };
  return {
    counter: (name, help, labels = []) => family(name, () => plain('counter', help, labels)).face,
    gauge: (name, help, labels = []) => family(name, () => plain('gauge', help, labels)).face,
    histogram: (name, help, buckets, labels = []) => family(name, () => distribution(help, buckets, labels)).face,
    computed: (name, help, read) =>
      void family(name, () => ({ ...plain('gauge', help, []), lines: (of) => [`${of} ${read()}`] })),
    text() {
      const lines: string[] = [];
      for (const [name, { type, help, lines: body }] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...body(name));
      }
      return lines.join('\n') + '\n';
    },
  };
}

const escape = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function labelText(names: readonly string[], values: LabelValues, more?: string): string {
  const parts = names.map((name, index) => `${name}="${escape(values[index] ?? '')}"`);
  if (more !== undefined) parts.push(more);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function plain(type: 'counter' | 'gauge', help: string, names: readonly string[]): Family {
  const series = new Map<string, { readonly labels: LabelValues; value: number }>();
  const one = (labels: LabelValues) => {
    const key = labels.join('\u0000');
    let found = series.get(key);
    if (found === undefined) series.set(key, (found = { labels, value: 0 }));
    return found;
  };
  return {
    type,
    help,
    lines: (name) => [...series.values()].map(({ labels, value }) => `${name}${labelText(names, labels)} ${value}`),
    face: {
      add: (amount = 1, ...labels) => void (one(labels).value += amount),
      set: (value, ...labels) => void (one(labels).value = value),
      observe() {},
    },
  };
}

function distribution(help: string, buckets: readonly number[], names: readonly string[]): Family {
  interface Series {
    readonly labels: LabelValues;
    readonly counts: number[];
    sum: number;
  }
  const series = new Map<string, Series>();
  return {
    type: 'histogram',
    help,
    lines: (name) =>
      [...series.values()].flatMap(({ labels, counts, sum }) => {
        let total = 0;
        const lines = [...buckets, Infinity].map((bound, index) => {
          total += counts[index]!;
          return `${name}_bucket${labelText(names, labels, `le="${bound === Infinity ? '+Inf' : bound}"`)} ${total}`;
        });
        return [
          ...lines,
          `${name}_sum${labelText(names, labels)} ${sum}`,
          `${name}_count${labelText(names, labels)} ${total}`,
        ];
      }),
    face: {
      add() {},
      set() {},
      observe(value, ...labels) {
        const key = labels.join('\u0000');
        let one = series.get(key);
        if (one === undefined) {
          one = { labels, counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0 };
          series.set(key, one);
        }
        let at = 0;
        while (at < buckets.length && value > buckets[at]!) at++;
        one.counts[at]!++;
        one.sum += value;
      },
    },
  };
}
