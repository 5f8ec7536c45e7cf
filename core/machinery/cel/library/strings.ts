import type { Library } from '../environment.ts';

/** Version 2 of the strings extension. Upstream: cel-go/ext/strings.go. */
export const STRINGS: Library = {
  signatures: {
    string_char_at_int: '(string).charAt(int): string',
    string_format: '(string).format(list(dyn)): string',
    string_index_of_string: '(string).indexOf(string): int',
    string_index_of_string_int: '(string).indexOf(string, int): int',
    list_join: '(list(string)).join(): string',
    list_join_string: '(list(string)).join(string): string',
    string_last_index_of_string: '(string).lastIndexOf(string): int',
    string_last_index_of_string_int: '(string).lastIndexOf(string, int): int',
    string_lower_ascii: '(string).lowerAscii(): string',
    string_replace_string_string: '(string).replace(string, string): string',
    string_replace_string_string_int: '(string).replace(string, string, int): string',
    string_split_string: '(string).split(string): list(string)',
    string_split_string_int: '(string).split(string, int): list(string)',
    strings_quote: 'strings.quote(string): string',
    string_substring_int: '(string).substring(int): string',
    string_substring_int_int: '(string).substring(int, int): string',
    string_trim: '(string).trim(): string',
    string_upper_ascii: '(string).upperAscii(): string',
  },
};

/** Upstream: apiserver/pkg/cel/library/regex.go. */
export const REGEX: Library = {
  signatures: {
    string_find_string: '(string).find(string): string',
    string_find_all_string: '(string).findAll(string): list(string)',
    string_find_all_string_int: '(string).findAll(string, int): list(string)',
  },
};

/** Upstream: apiserver/pkg/cel/library/urls.go. */
export const URLS: Library = {
  signatures: {
    url_get_escaped_path: '(kubernetes.URL).getEscapedPath(): string',
    url_get_host: '(kubernetes.URL).getHost(): string',
    url_get_hostname: '(kubernetes.URL).getHostname(): string',
    url_get_port: '(kubernetes.URL).getPort(): string',
    url_get_query: '(kubernetes.URL).getQuery(): map(string, list(string))',
    url_get_scheme: '(kubernetes.URL).getScheme(): string',
    is_url_string: 'isURL(string): bool',
    string_to_url: 'url(string): kubernetes.URL',
  },
};

/** Formats by name. Upstream: apiserver/pkg/cel/library/format.go. */
export const FORMAT: Library = {
  signatures: {
    'format.byte': 'format.byte(): kubernetes.NamedFormat',
    'format.date': 'format.date(): kubernetes.NamedFormat',
    'format.datetime': 'format.datetime(): kubernetes.NamedFormat',
    'format.dns1035Label': 'format.dns1035Label(): kubernetes.NamedFormat',
    'format.dns1035LabelPrefix': 'format.dns1035LabelPrefix(): kubernetes.NamedFormat',
    'format.dns1123Label': 'format.dns1123Label(): kubernetes.NamedFormat',
    'format.dns1123LabelPrefix': 'format.dns1123LabelPrefix(): kubernetes.NamedFormat',
    'format.dns1123Subdomain': 'format.dns1123Subdomain(): kubernetes.NamedFormat',
    'format.dns1123SubdomainPrefix': 'format.dns1123SubdomainPrefix(): kubernetes.NamedFormat',
    'format.labelValue': 'format.labelValue(): kubernetes.NamedFormat',
    'format-named': 'format.named(string): optional_type(kubernetes.NamedFormat)',
    'format.qualifiedName': 'format.qualifiedName(): kubernetes.NamedFormat',
    'format.uri': 'format.uri(): kubernetes.NamedFormat',
    'format.uuid': 'format.uuid(): kubernetes.NamedFormat',
    'format-validate': '(kubernetes.NamedFormat).validate(string): optional_type(list(string))',
  },
};
