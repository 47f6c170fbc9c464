import { describe, expect, test } from 'vitest';
import { SUPERVISORD_OPTIONS } from '../../../src/config/tables/daemon-options.ts';
import type { OptionTable, ValueType } from '../../../src/config/tables/option.ts';
import { GROUP_OPTIONS, PROGRAM_OPTIONS } from '../../../src/config/tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../../../src/config/tables/server-options.ts';
import * as values from '../../../src/config/tables/values.ts';
import { errorOf, fakeHost } from '../support.ts';

function parse<V>(type: ValueType<V>, text: string): V {
  return type.parse(text, fakeHost);
}

describe('values are read', () => {
  const cases: [ValueType<unknown>, string, unknown][] = [
    [values.boolean, 'YES', true],
    [values.boolean, 'off', false],
    [values.integer, ' -1_000 ', -1000],
    [values.byteSize, '5 KB', 5120],
    [values.byteSize, '1gb', 1024 ** 3],
    [values.octal, '022', 0o22],
    [values.octal, '0o777', 0o777],
    [values.signal, 'hup', 1],
    [values.signal, 'SIGUSR2', 12],
    [values.signal, '9', 9],
    [values.exitCodes, '0, 2', [0, 2]],
    [values.exitCodes, '', []],
    [values.autoRestart, 'True', 'always'],
    [values.autoRestart, 'Unexpected', 'unexpected'],
    [values.logFile, 'Off', { kind: 'none' }],
    [values.logFile, 'auto', { kind: 'auto' }],
    [values.logFile, '/tmp/x.log', { kind: 'file', path: '/tmp/x.log' }],
    [values.logFile, 'x.log', { kind: 'file', path: 'x.log' }],
    [values.logLevel, 'WARN', 'warn'],
    [values.user, 'web', 33],
    [values.user, '33', 33],
    [values.owner, 'web', { uid: 33, gid: -1 }],
    [values.owner, 'web:staff', { uid: 33, gid: 50 }],
    [values.names, ' a, b ', ['a', 'b']],
    [values.inetAddress, '9001', { host: '', port: 9001 }],
    [values.inetAddress, '*:9001', { host: '', port: 9001 }],
    [values.inetAddress, 'LocalHost:9001', { host: 'localhost', port: 9001 }],
    [values.inetAddress, '[::1]:9001', { host: '::1', port: 9001 }],
  ];
  test.each(cases.map(([type, text, value]) => [type.name, text, value, type] as const))(
    '%s %j as %j',
    (_name, text, value, type) => {
      expect(parse(type, text)).toEqual(value);
    },
  );
});

test.each([
  [values.octal, '-1'],
  [values.octal, '01777'],
  [values.byteSize, '-1'],
  [values.integer, '-1_000'],
  [values.seconds, '0.000000001'],
])('%# a value that is written reads back', (type, text) => {
  const value = parse(type, text);
  expect(parse(type, type.format(value))).toBe(value);
});

describe('wrong values are refused in the words of the reference', () => {
  const cases: [ValueType<unknown>, string, string][] = [
    [values.boolean, 'maybe', "not a valid boolean value: 'maybe'"],
    [values.integer, '1.5', "invalid literal for int() with base 10: '1.5'"],
    [values.byteSize, '5XKB', "invalid literal for int() with base 10: '5x'"],
    [values.octal, '8', '8 can not be converted to an octal type'],
    [values.signal, 'NOPE', "value 'NOPE' is not a valid signal name"],
    [values.signal, '99', "value '99' is not a valid signal number"],
    [values.exitCodes, '0,256', "not a valid list of exit codes: '0,256'"],
    [values.autoRestart, "Don't", "invalid 'autorestart' value \"don't\""],
    [values.logFile, '/no/such/x', 'The directory named as part of the path /no/such/x does not exist'],
    [values.folder, '~nobody-of-that-name', '~nobody-of-that-name is not an existing directory'],
    [values.logLevel, 'warning', "bad logging level name 'warning'"],
    [values.user, 'nope', 'Invalid user name nope'],
    [values.user, '77', 'Invalid user id 77'],
    [values.owner, 'web:nope', 'Invalid sockchown value web:nope'],
    [values.socketMode, '9', 'Invalid chmod value 9'],
    [values.inetAddress, 'x', "not a valid port number: 'x' "],
    [values.inetAddress, 'a:0', '0 is below lower bound (1)'],
    [values.inetAddress, 'a:65536', '65536 is above upper bound (65535)'],
    [values.inetAddress, 'a:', "no port number specified in ''"],
  ];
  test.each(cases.map(([type, text, message]) => [type.name, text, message, type] as const))(
    '%s %j: %s',
    (_name, text, message, type) => {
      expect(errorOf(() => parse(type, text))).toBe(message);
    },
  );

  test('names that would break the event protocol or URLs', () => {
    expect(errorOf(() => values.processOrGroupName(' a b'))).toBe(
      "Invalid name: ' a b' because of character: ' '",
    );
    expect(errorOf(() => values.processOrGroupName('a:b'))).toBe(
      "Invalid name: 'a:b' because of character: ':'",
    );
  });
});

describe('signal names', () => {
  test.each([
    [15, 'SIGTERM'],
    [6, 'SIGABRT'],
    [17, 'SIGCHLD'],
    [29, 'SIGPOLL'],
    [64, 'SIGRTMAX'],
    [35, 'signal 35'],
    [99, 'signal 99'],
    [0, 'signal 0'],
  ])('%i is %s', (number, name) => {
    expect(values.signalName(number)).toBe(name);
  });
});

test('every default of every table is a value of its type, and its written form reads back', () => {
  const tables: OptionTable[] = [
    SUPERVISORD_OPTIONS,
    UNIX_SERVER_OPTIONS,
    INET_SERVER_OPTIONS,
    PROGRAM_OPTIONS,
    GROUP_OPTIONS,
  ];
  const defaults = tables
    .flatMap((table) => Object.values(table))
    .filter((row) => row.default !== null && row.default !== PROGRAM_OPTIONS.process_name.default);
  expect(defaults.length).toBeGreaterThan(40);
  for (const { type, default: text } of defaults) {
    const value = type.parse(text ?? '', fakeHost);
    expect(type.parse(type.format(value), fakeHost)).toEqual(value);
  }
});
