/**
 * `getAllConfigInfo`, and the life of a group through reloadConfig, addProcessGroup and removeProcessGroup.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { observeCalls, observeMainLog, observeStates, resultOf, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

export const rpcConfigInfo: Scenario = {
  name: 'rpc-config-info',
  title: 'getAllConfigInfo on a rich configuration',
  differences: ['autorestart-in-config-info', 'number-above-32-bits'],
  needs: ['root', 'user:www-data'],
  run: async (side) => {
    const log = (name: string) => side.path(name);
    const plain = (name: string, ...keys: string[]) =>
      `[program:${name}]\ncommand=/bin/cat\nautostart=false\n${keys.join('\n')}\n`;
    const programs = [
      plain('defaults'),
      '[program:minimal]\ncommand = /bin/cat\n',
      plain('first', 'priority=1', 'startsecs=0', 'startretries=0', 'autorestart=true'),
      plain('never', 'autorestart=false', 'exitcodes=0', 'stopsignal=KILL', 'stopwaitsecs=0'),
      plain('codes', 'exitcodes=0, 1,2 ,255', 'stopsignal=sigusr1', 'stopwaitsecs=3600'),
      plain('numbers', 'stopsignal=3', 'startsecs=10', 'startretries=99'),
      plain('groups', 'stopasgroup=true'),
      plain('killing', 'stopasgroup=false', 'killasgroup=yes'),
      plain('user', 'user=www-data', `directory=${side.dir}`, 'umask=027'),
      plain('uid', 'user=0'),
      plain(
        'files',
        `stdout_logfile=${log('o.log')}`,
        `stderr_logfile=${log('e.log')}`,
        'stdout_logfile_maxbytes=1KB',
        'stdout_logfile_backups=3',
        'stderr_logfile_maxbytes=2MB',
        'stderr_logfile_backups=0',
      ),
      plain('none', 'stdout_logfile=NONE', 'stderr_logfile=none'),
      plain('off', 'stdout_logfile=off', 'stderr_logfile=AUTO'),
      plain(
        'device',
        'stdout_logfile=/dev/stdout',
        'stdout_logfile_maxbytes=0',
        'stderr_logfile=/dev/null',
        'stderr_logfile_maxbytes=0',
      ),
      plain('merged', 'redirect_stderr=true', `stdout_logfile=${log('m.log')}`),
      plain('merged-file', 'redirect_stderr=true', `stderr_logfile=${log('unused.log')}`),
      plain('big', 'stdout_logfile_maxbytes=1GB', 'stderr_logfile_maxbytes=1023MB', 'priority=-1'),
      plain('url', 'serverurl=http://localhost:9001'),
      plain('auto-url', 'serverurl=AUTO'),
      plain(
        'numbered',
        'numprocs=2',
        'numprocs_start=5',
        'process_name=%(program_name)s-%(process_num)03d',
        'environment=A="1",B="two"',
      ),
      plain('grouped-b', 'priority=3'),
      plain('grouped-a', 'priority=4'),
      '[group:team]\nprograms=grouped-b, grouped-a\npriority=7\n',
      plain('lines', 'command=/bin/sh -c "echo one;\n  echo two"'),
      plain(
        'percent',
        'command=/bin/echo 100%% %(program_name)s %(group_name)s %(here)s',
        'environment=X="%%"',
      ),
    ];
    side.writeFile('supervisord.conf', side.preamble + programs.join('\n'));
    await side.start();
    await untilState(side, 'minimal', 'RUNNING');
    const infos = await resultOf(side, 'getAllConfigInfo');
    for (const info of Array.isArray(infos) ? infos : []) {
      // Beside the rest: the reference that can be installed does not have it yet.
      const { autorestart = null, ...rest } = info;
      side.observe(`config of ${String(info.name)}`, rest);
      side.observe(`autorestart of ${String(info.name)}`, autorestart);
    }
    await observeCalls(side, [['getAllProcessInfo']]);
    side.writeFile(
      'supervisord.conf',
      side.preamble + plain('more-than-32-bits', 'stdout_logfile_maxbytes=2GB', 'startsecs=3000000000'),
    );
    await observeCalls(side, [['reloadConfig'], ['getAllConfigInfo']], { title: 'more than 32 bits' });
  },
};

export const rpcReload: Scenario = {
  name: 'rpc-reload',
  title: 'reloadConfig, addProcessGroup, removeProcessGroup, and files that cannot be read again',
  run: async (side) => {
    const main = `${side.preamble}\n[include]\nfiles = conf.d/*.conf\n`;
    const write = (text: string) => side.writeFile('conf.d/programs.conf', text);
    side.writeFile('supervisord.conf', main);
    write(
      [
        program('stays', '/bin/cat', 'autostart=true'),
        program('goes', '/bin/cat', 'autostart=true'),
        program('changes', '/bin/cat', 'autostart=true'),
      ].join('\n'),
    );
    const daemon = await side.start();
    for (const name of ['stays', 'goes', 'changes']) await untilState(side, name, 'RUNNING');
    await observeCalls(side, [['reloadConfig']], { title: 'nothing changed' });

    write(
      [
        program('stays', '/bin/cat', 'autostart=true'),
        program('changes', '/bin/cat -u', 'autostart=true'),
        program('comes', '/bin/cat', 'autostart=true'),
        program('idle', '/bin/cat'),
        program('a', '/bin/cat'),
        program('b', '/bin/cat'),
        '[group:team]\nprograms=a,b\n',
      ].join('\n'),
    );
    await observeCalls(
      side,
      [
        ['reloadConfig'],
        ['reloadConfig'],
        ['addProcessGroup', 'comes'],
        ['addProcessGroup', 'comes'],
        ['addProcessGroup', 'idle'],
        ['addProcessGroup', 'team'],
        ['addProcessGroup', 'a'],
        ['addProcessGroup', 'goes'],
        ['addProcessGroup', 'changes'],
        ['removeProcessGroup', 'goes'],
        ['removeProcessGroup', 'changes'],
        ['stopProcessGroup', 'goes'],
        ['stopProcessGroup', 'changes'],
        ['removeProcessGroup', 'goes'],
        ['removeProcessGroup', 'goes'],
        ['removeProcessGroup', 'changes'],
        ['addProcessGroup', 'changes'],
        ['reloadConfig'],
        ['removeProcessGroup', 'idle'],
        ['getProcessInfo', 'idle'],
        ['reloadConfig'],
      ],
      { title: 'groups come and go' },
    );
    for (const name of ['comes', 'changes']) await untilState(side, name, 'RUNNING');
    await observeStates(side, 'states after the reload');
    await observeBrokenFiles(side, write);
    side.writeFile('supervisord.conf', main);
    write(program('stays', '/bin/cat', 'autostart=true'));
    await observeCalls(side, [['reloadConfig']], { title: 'mended' });
    side.observe('the daemon lives', daemon.isRunning());
    observeMainLog(side, 'main log');
  },
};

const BROKEN: Readonly<Record<string, string>> = {
  'no command': '[program:x]\nautostart=false\n',
  'bad boolean': '[program:x]\ncommand=/bin/cat\nautostart=perhaps\n',
  'bad number': '[program:x]\ncommand=/bin/cat\nstartsecs=soon\n',
  'bad signal': '[program:x]\ncommand=/bin/cat\nstopsignal=NOPE\n',
  'bad user': '[program:x]\ncommand=/bin/cat\nuser=nobody-of-this-name\n',
  'bad size': '[program:x]\ncommand=/bin/cat\nstdout_logfile_maxbytes=1XB\n',
  'bad log folder': '[program:x]\ncommand=/bin/cat\nstdout_logfile=/no/such/folder/x.log\n',
  'bad expansion': '[program:x]\ncommand=/bin/cat %(nope)s\n',
  'group of nothing': '[group:g]\nprograms=nope\n',
  'numprocs without name': '[program:x]\ncommand=/bin/cat\nnumprocs=2\n',
  'bad environment': '[program:x]\ncommand=/bin/cat\nenvironment=A\n',
  'text before a section': 'words\n[program:x]\ncommand=/bin/cat\n',
  'no value': '[program:x]\ncommand\n',
  'not utf-8': '[program:x]\ncommand=/bin/cat \u00ff\n',
};

async function observeBrokenFiles(side: Side, write: (text: string) => void): Promise<void> {
  for (const [title, text] of Object.entries(BROKEN)) {
    write(text);
    await observeCalls(side, [['reloadConfig']], { title });
  }
  side.writeFile('supervisord.conf', '[supervisord\n');
  await observeCalls(side, [['reloadConfig']], { title: 'a broken main file' });
  side.writeFile('supervisord.conf', '');
  await observeCalls(side, [['reloadConfig']], { title: 'an empty main file' });
  await side.command('rm', [side.path('supervisord.conf')]);
  await observeCalls(side, [['reloadConfig'], ['getState']], { title: 'no main file' });
  await observeStates(side, 'states after broken files');
}
