import type { Accounting, Section, Value } from '../../reading/index.js';
import { suggestion } from '../../reading/index.js';

const TYPE = '@type';
const TYPED_STRUCTS = ['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct'];

/** A field of a message of Envoy's, which may be written as in the API (`max_tokens`) or as in JSON (`maxTokens`). */
export function field(message: Section | null, name: string): Value | null {
  return message?.value(name) ?? message?.value(camelCase(name)) ?? null;
}

/** The same, if it is a mapping. */
export function messageAt(message: Section | null, name: string): Section | null {
  const value = field(message, name);
  return value?.kind === 'mapping' ? value.asSection() : null;
}

/**
 * The type that a message is of, without its host, and its fields; a TypedStruct is what it stands for. Null: it does not
 * say.
 */
export function typedMessage(message: Section | null): { readonly type: string; readonly fields: Section } | null {
  const type = typeName(message?.raw(TYPE));
  if (message === null || type === null) return null;
  if (!TYPED_STRUCTS.includes(type)) return { type, fields: message };
  const inner = typeName(field(message, 'type_url')?.raw());
  const fields = messageAt(message, 'value');
  return inner === null || fields === null ? null : { type: inner, fields };
}

/**
 * Reports the fields that nobody knows, which Envoy refuses, and those that are not modelled. `fields` by the names of the
 * API. False: Envoy refuses the message.
 */
export function accountMessage(message: Section, fields: Readonly<Record<string, Accounting>>): boolean {
  let isKnown = true;
  for (const key of message.keys()) {
    const name = Object.keys(fields).find((each) => each === key || camelCase(each) === key);
    if (name !== undefined && fields[name] === 'not-modelled' && message.has(key)) {
      message.info('not-modelled', `${key} is read but not modelled`, 'the figures do not reflect it', key);
    } else if (name === undefined && key !== TYPE) {
      const help = suggestion(key, Object.keys(fields));
      message.error('unknown-field', `${key} is no field of the message: Envoy refuses it`, help, key);
      isKnown = false;
    }
  }
  return isKnown;
}

function typeName(url: unknown): string | null {
  return typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : null;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
