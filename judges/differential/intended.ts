import type { Difference } from './compare.ts';
import type { Normal } from './normalise.ts';

/** Where a difference is. */
export interface Place {
  readonly scenario: string;
  readonly title: string;
  /** The whole answers; absent where a side played fewer steps. */
  readonly theirs: Normal | undefined;
  readonly ours: Normal | undefined;
}

/** Differences that are meant to be, and why. */
export interface Intended {
  readonly reason: string;
  is(difference: Difference, place: Place): boolean;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** A refusal up to Go's diff of two structs; '' without one. */
const beforeDiff = (value: unknown): string => /^([\s\S]*?)\n@@ /.exec(text(value))?.[1] ?? '';
/** A refusal up to our list of what changed, which may be empty. */
const beforeChanges = (value: unknown): string => /^([\s\S]*)\n(?:changed: |$)/.exec(text(value))?.[1] ?? '';
/** Sentences that quote the original's program: its types, files and parsers. */
const INTERNAL =
  /scheme\.go|registered for version|\(\*[a-z]+\.|unknown conversion|Go struct field|Go value of type|invalid character|cannot restore slice from map|strconv\.ParseUint|yaml: line|(Invalid|Unsupported) value: \{\\?"[A-Z]|&user\.DefaultInfo|^\.authorization\.k8s\.io ""/;

/** The fields that a refused configuration has beyond its schema. */
const undeclared = (value: unknown): readonly string[] =>
  [...text(value).matchAll(/(\.\S+): field not declared in schema/g)].map(([, field]) => field!);

const causesOf = (answer: Normal | undefined): string => {
  const { details } = (answer?.body ?? {}) as { readonly details?: { readonly causes?: readonly object[] } };
  return (details?.causes ?? [])
    .map((cause) =>
      Object.entries(cause)
        .filter(([key]) => key !== 'message')
        .join(' '),
    )
    .sort()
    .join('; ');
};
const messageOf = ({ body }: Normal): string => text((body as { readonly message?: unknown }).message);
/** Both refuse for the same fields and reasons: only words are left to differ. */
const sameCauses = ({ theirs, ours }: Place): boolean => causesOf(theirs) === causesOf(ours);

export const intended: readonly Intended[] = [
  {
    reason: 'The original hangs up.',
    is: (_, { theirs, ours }) => theirs?.status === 0 && ours !== undefined && ours.status >= 400,
  },
  {
    reason: 'Version and build are our own.',
    is: ({ path }, { title }) =>
      (title.startsWith('GET /version') && path.startsWith('body.')) || /^body\.(protobuf\.)?info\.version$/.test(path),
  },
  {
    reason: 'Descriptions of columns are prose, which is not copied.',
    is: ({ path }) => /columnDefinitions\[[^\]]*\]\.description$/.test(path),
  },
  {
    reason: 'What nodes need for the cluster DNS and Service rules is there from the start.',
    is: ({ path }, { scenario }) =>
      scenario === 'empty-cluster' && /\[(kube-system\/)?(kube-dns|10\.96\.0\.10|kubernode:[a-z-]+)\]$/.test(path),
  },
  {
    reason: 'Which of its parts wrote what the server makes for itself is its own affair.',
    is: ({ path }, { scenario }) => scenario === 'empty-cluster' && /\.metadata\.managedFields\[/.test(path),
  },
  {
    reason: 'Aggregated roles are whole from the start, not only once a controller has filled them.',
    is: ({ path }, { scenario }) => scenario === 'empty-cluster' && /items\[(admin|edit|view)\]\.rules$/.test(path),
  },
  {
    reason: 'There are no separate components whose health could be asked for: the list is empty.',
    is: (_, { title }) => title.startsWith('GET /api/v1/componentstatuses'),
  },
  {
    reason: "The health checks' parts are the original program's own.",
    is: ({ path }, { title }) =>
      title === 'GET /' &&
      /^body\.paths\[\/(healthz|livez|readyz|flagz|statusz|metrics\/slis|openapi\/v3\/)/.test(path),
  },
  {
    reason: 'Bad input is answered as such, not as an error of the server.',
    is: ({ path }, { theirs, ours }) =>
      theirs?.status === 500 &&
      ours !== undefined &&
      ours.status >= 400 &&
      ours.status < 500 &&
      /^(status|body\.((yaml|protobuf|cbor)\.)?(code|reason|status|details|message))$/.test(path),
  },
  {
    reason: 'Refusals of the same sort say what is wrong in our own words where the original quotes its program.',
    is: ({ path, theirs, ours }, place) =>
      /^(body\.((yaml|protobuf)\.)?(details\.causes\[.*\]\.)?message|headers\.warning)$/.test(path) &&
      sameCauses(place) &&
      (place.theirs?.status === place.ours?.status || place.theirs?.status === 500) &&
      text(ours) !== '' &&
      INTERNAL.test(text(theirs)),
  },
  {
    reason: 'Of fields that an applied configuration may not have the original names some by chance.',
    is: ({ path, theirs, ours }) =>
      path === 'body.message' &&
      undeclared(theirs).length > 0 &&
      undeclared(theirs).every((field) => undeclared(ours).includes(field)),
  },
  {
    reason: 'What a metric holds too much is refused in an order of chance by the original.',
    is: ({ path }, place) =>
      place.title.includes('/horizontalpodautoscalers') &&
      /^body\.(message|details\.causes\[order\])$/.test(path) &&
      sameCauses(place) &&
      /populate the given metric source only/.test(JSON.stringify(place.theirs?.body)),
  },
  {
    reason: 'Service account tokens are signed with ES256; their keys may be had as plain JSON too.',
    is: ({ path }, { title }) =>
      title === 'GET /openid/v1/jwks' ||
      (title === 'GET /.well-known/openid-configuration' && path.includes('signing_alg_values')),
  },
  {
    reason: 'YAML may refer to its own parts a hundred times, not hundreds of thousands of times.',
    is: (_, { ours }) => ours?.status === 400 && messageOf(ours).includes('Excessive alias count'),
  },
  {
    reason: 'Bytes that are no UTF-8, and queries with escapes that are none, are refused, not read as something else.',
    is: (_, { ours }) => ours?.status === 400 && /invalid UTF-8 in JSON|^invalid URL escape/.test(messageOf(ours)),
  },
  {
    reason: "The administrator's certificate has another name.",
    is: ({ theirs, ours }) => theirs !== ours && text(ours).replaceAll('kubernetes-admin', 'admin') === theirs,
  },
  {
    reason: "The server's own port is in what it says of itself.",
    is: ({ path }, { title }) => title.startsWith('GET /api accepting') && path === 'body.protobuf.bytes',
  },
  {
    reason: 'A pod update that changes too much is refused with the names of what changed, not a diff of Go structs.',
    is: ({ path, theirs, ours }) =>
      /^body\.(protobuf\.)?(message|details\.causes\[spec(\.ephemeralContainers)? FieldValueForbidden\]\.message)$/.test(
        path,
      ) &&
      beforeDiff(theirs) !== '' &&
      beforeDiff(theirs) === beforeChanges(ours),
  },
];
