import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configuration, erlangArguments, erlangEnvironment, type Setup } from './configuration.ts';

const setup: Setup = {
  directory: '/tmp/a "quoted" one',
  port: 5_280,
  database: { host: '127.0.0.1', port: 5_433, user: 'nova' },
};

test('is YAML that names where to listen and where to store', () => {
  expect(parse(configuration(setup))).toMatchObject({
    sql_server: '127.0.0.1',
    sql_port: 5_433,
    sql_username: 'nova',
    listen: [{ ip: '127.0.0.1', port: 5_280 }],
    modules: {
      mod_mam: { default: 'always' },
      mod_muc: { default_room_options: { mam: true } },
    },
  });
});

test('a directory is an Erlang string in the arguments, and itself in the environment', () => {
  expect(erlangArguments(setup)).toContain('"/tmp/a \\"quoted\\" one/mnesia"');
  expect(erlangEnvironment(setup, '/lib')).toMatchObject({
    ERL_LIBS: '/lib',
    EJABBERD_CONFIG_PATH: '/tmp/a "quoted" one/ejabberd.yml',
  });
});
