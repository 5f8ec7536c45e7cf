import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '#core/machinery/names';
import { isRequestUri, parseInstant } from '#core/machinery/values';
import { listOfValues } from '../collections.ts';
import { type Foreign, Optional, type Value } from '../values.ts';
import { type Functions, ofText } from './function.ts';

interface FormatValue extends Foreign {
  readonly patternSize: number;
}

type Check = (text: string) => readonly string[];

/** A prefix may end in a dash: what is given its ending later. */
const ofPrefix =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

const either =
  (holds: (text: string) => boolean, detail: string): Check =>
  (text) =>
    holds(text) ? [] : [detail];

const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

/** Checks by name, and the size of a pattern that would do the same. Upstream: apiserver/pkg/cel/library/format.go. */
const FORMATS: Readonly<Record<string, readonly [Check, patternSize: number]>> = {
  dns1123Label: [dnsLabelProblems, 30],
  dns1123Subdomain: [dnsSubdomainProblems, 60],
  dns1035Label: [dns1035LabelProblems, 30],
  qualifiedName: [qualifiedNameProblems, 60],
  dns1123LabelPrefix: [ofPrefix(dnsLabelProblems), 30],
  dns1123SubdomainPrefix: [ofPrefix(dnsSubdomainProblems), 60],
  dns1035LabelPrefix: [ofPrefix(dns1035LabelProblems), 30],
  labelValue: [labelValueProblems, 40],
  uri: [either(isRequestUri, 'invalid URI for request'), 1103],
  uuid: [either((text) => UUID.test(text), 'does not match the UUID format'), 70],
  byte: [either((text) => BASE64.test(text), 'invalid base64'), 84],
  date: [either(isDate, 'invalid date'), 71],
  datetime: [either((text) => parseInstant(text) !== undefined, 'invalid datetime'), 71],
};

function formatValue(name: string): FormatValue {
  const [check, patternSize] = FORMATS[name]!;
  return {
    typeName: 'kubernetes.NamedFormat',
    patternSize,
    text: name,
    equals: (other) =>
      typeof other === 'object' && other !== null && 'patternSize' in other && (other as FormatValue).text === name,
    methods: {
      validate: ([text]): Value | undefined => {
        if (typeof text !== 'string') return undefined;
        const problems = check(text);
        return problems.length === 0 ? new Optional() : new Optional(listOfValues(problems));
      },
    },
  };
}

/** Formats by name, and one by a name that is known only then. */
export const FORMAT_FUNCTIONS: Functions = {
  ...Object.fromEntries(Object.keys(FORMATS).map((name) => [`format.${name}`, () => formatValue(name)])),
  'format.named': ofText((name) => (Object.hasOwn(FORMATS, name) ? new Optional(formatValue(name)) : new Optional())),
};
