/**
 * The grammars of names. Each check returns what is wrong, in the words that clients know; empty when all is well.
 * Upstream: apimachinery/pkg/util/validation/validation.go, apimachinery/pkg/api/validate/content.
 */
export type NameCheck = (value: string) => readonly string[];

/** Like a NameCheck; `prefix` when only the start of a name (generateName) is given, which may end in a dash. */
export type ObjectNameCheck = (name: string, prefix: boolean) => readonly string[];

const NONE: readonly string[] = [];

const dnsLabel = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const dnsSubdomain = `${dnsLabel}(\\.${dnsLabel})*`;
const dnsLabel1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const labelKey = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueForm = `(${labelKey})?`;
const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';

/** The usual sentence about a form, with examples (two spaces before `or`, as clients have always seen it). */
export function formProblem(sentence: string, form: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${sentence} (regex used for validation is '${form}')`;
  return `${sentence} (e.g. ${examples.map((one) => `'${one}'`).join(',  or ')}, regex used for validation is '${form}')`;
}

/** For the few grammars that the newer package of checks owns, which counts in bytes. */
const maxBytes = (length: number): string => `must be no more than ${length} bytes`;
export const rangeProblem = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

const encoder = new TextEncoder();
/** Names are almost always ASCII, where characters are bytes. */
export const byteLength = (text: string): number => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  return text.length;
};

interface Form {
  readonly form: string;
  readonly sentence: string;
  readonly examples: readonly string[];
  readonly maxLength?: number;
  readonly inBytes?: boolean;
}

function formCheck(
  { form, sentence, examples, maxLength = Infinity }: Form,
  tooLong: (length: number) => string,
): NameCheck {
  const whole = new RegExp(`^${form}$`);
  return (value) => {
    const long = value.length * 3 > maxLength && byteLength(value) > maxLength;
    const matches = whole.test(value);
    if (matches && !long) return NONE;
    return [...(long ? [tooLong(maxLength)] : []), ...(matches ? [] : [formProblem(sentence, form, ...examples)])];
  };
}

const maxCharacters = (length: number): string => `must be no more than ${length} characters`;

export const dnsSubdomainProblems = formCheck(
  {
    form: dnsSubdomain,
    sentence:
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    examples: ['example.com'],
    maxLength: 253,
  },
  maxCharacters,
);

/** The same by the newer package of checks. */
export const longNameProblems: NameCheck = (name) =>
  dnsSubdomainProblems(name).map((problem) => (problem === maxCharacters(253) ? maxBytes(253) : problem));

export const dnsSubdomainWithUnderscoreProblems = formCheck(
  {
    form: `${underscored}(\\.${underscored})*`,
    sentence:
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    examples: ['example.com'],
    maxLength: 253,
  },
  maxCharacters,
);

const strictDnsLabel = formCheck(
  {
    form: dnsLabel,
    sentence:
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    examples: ['my-name', '123-abc'],
    maxLength: 63,
  },
  maxCharacters,
);
const wholeSubdomain = new RegExp(`^${dnsSubdomain}$`);

export const dnsLabelProblems: NameCheck = (value) => {
  const problems = strictDnsLabel(value);
  if (problems.length === 0 || !value.includes('.') || !wholeSubdomain.test(value)) return problems;
  return [...problems.slice(0, -1), 'must not contain dots'];
};

export const dns1035LabelProblems = formCheck(
  {
    form: dnsLabel1035,
    sentence:
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    examples: ['my-name', 'abc-123'],
    maxLength: 63,
  },
  maxCharacters,
);

const wildcardForm = `\\*\\.${dnsSubdomain}`;
export const wildcardDnsSubdomainProblems = formCheck(
  {
    form: wildcardForm,
    sentence:
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    examples: ['*.example.com'],
    maxLength: 253,
  },
  maxCharacters,
);

export const labelValueProblems = formCheck(
  {
    form: labelValueForm,
    sentence:
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    examples: ['MyValue', 'my_value', '12345'],
    maxLength: 63,
  },
  maxBytes,
);

const wholeLabelKey = new RegExp(`^${labelKey}$`);
const labelKeyProblem = formProblem(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  labelKey,
  'MyName',
  'my.name',
  '123-abc',
);

const prefixProblems: NameCheck = (prefix) => {
  if (prefix === '') return ['prefix part must be non-empty'];
  return dnsSubdomainProblems(prefix).map((problem) => `prefix part ${problem.replace(/characters$/, 'bytes')}`);
};

/** Keys of labels and annotations, names of finalizers, extended resources: `[PREFIX/]NAME`. */
export const qualifiedNameProblems: NameCheck = (value) => {
  const slash = value.indexOf('/');
  const name = slash < 0 ? value : value.slice(slash + 1);
  if (slash < 0 && name.length <= 63 && wholeLabelKey.test(name)) return NONE;
  if (name.includes('/')) {
    return [
      `a valid label key ${labelKeyProblem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems = slash < 0 ? [] : [...prefixProblems(value.slice(0, slash))];
  if (name === '') problems.push('name part must be non-empty');
  else if (byteLength(name) > 63) problems.push(`name part ${maxBytes(63)}`);
  if (!wholeLabelKey.test(name)) problems.push(`name part ${labelKeyProblem}`);
  return problems;
};

const cIdentifierForm = '[A-Za-z_][A-Za-z0-9_]*';
export const cIdentifierProblems = formCheck(
  {
    form: cIdentifierForm,
    sentence:
      "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    examples: ['my_name', 'MY_NAME', 'MyName'],
  },
  maxBytes,
);

export const httpHeaderNameProblems = formCheck(
  {
    form: '[-A-Za-z0-9]+',
    sentence: "a valid HTTP header must consist of alphanumeric characters or '-'",
    examples: ['X-Header-Name'],
  },
  maxBytes,
);

export const percentProblems = formCheck(
  {
    form: '[0-9]+%',
    sentence: "a valid percent string must be a numeric string followed by an ending '%'",
    examples: ['1%', '93%'],
  },
  maxBytes,
);

export const envVarNameProblems: NameCheck = (value) => {
  if (value === '') return ['environment variable name must be non-empty'];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(value)
    ? NONE
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

/** A whole number as people write it. Upstream: apimachinery/pkg/api/validate/content/decimal_int.go. */
export const decimalProblems: NameCheck = (value) => {
  if (value === '') return ['must be non-empty'];
  return /^(?:0|-?[1-9][0-9]*)$/.test(value) ? NONE : ['must be a valid decimal integer in canonical form'];
};

const configKey = formCheck(
  {
    form: '[-._a-zA-Z0-9]+',
    sentence: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    examples: ['key.name', 'KEY_NAME', 'key-name'],
    maxLength: 253,
  },
  maxCharacters,
);
/** Keys of ConfigMaps and Secrets: they become file names. */
export const configKeyProblems: NameCheck = (value) => {
  const problems = configKey(value);
  if (value === '.') return [...problems, "must not be '.'"];
  if (value === '..') return [...problems, "must not be '..'"];
  return value.startsWith('..') ? [...problems, "must not start with '..'"] : problems;
};

export const portNameProblems: NameCheck = (value) => {
  const problems: string[] = [];
  if (value.length > 15) problems.push(maxCharacters(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems.length === 0 ? NONE : problems;
};

export const portNumberProblems = (port: number): readonly string[] =>
  port >= 1 && port <= 65535 ? NONE : [rangeProblem(1, 65535)];

/** What may stand between two slashes of a URL: the names of RBAC's objects, for instance. */
export const pathSegmentProblems: ObjectNameCheck = (name, prefix) => {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  if (!/[/%]/.test(name)) return NONE;
  return ['/', '%'].filter((illegal) => name.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
};

/** Makes a check of whole names into one of names and prefixes. Upstream: apimachinery/pkg/api/validation/generic.go. */
export const objectName =
  (check: NameCheck): ObjectNameCheck =>
  (name, prefix) =>
    check(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);
