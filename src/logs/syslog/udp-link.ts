/**
 * Messages to a syslogd over UDP, each in a datagram. Source: RFC 5426.
 *
 * @module
 */
import type { SyslogAddress } from '../../config/tables/syslog-values.ts';
import type { Link, LinkEvents } from './link.ts';

/** The number of datagrams that are sent before other work has its turn. */
const BATCH = 64;

export function connectUdp({ host, port }: SyslogAddress, events: LinkEvents): void {
  void open(host, port, events);
}

async function open(host: string, port: number, events: LinkEvents): Promise<void> {
  const [{ createSocket }, { lookup }] = await Promise.all([import('node:dgram'), import('node:dns')]);
  lookup(host, (failure, address, family) => {
    if (failure !== null) {
      events.ended(failure);
      return;
    }
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    let isOver = false;
    // When no syslogd listens, the error reports an earlier datagram.
    const end = (error: Error): void => {
      if (isOver) return;
      isOver = true;
      events.ended(error);
    };
    socket.unref();
    socket.on('error', end);
    socket.connect(port, address, () => {
      const link: Link = {
        send(messages, done) {
          sendFrom(0);

          function sendFrom(index: number): void {
            const message = messages[index];
            if (message === undefined || index === BATCH) {
              done(index, null);
              return;
            }
            socket.send(message, (error) => {
              if (error === null) sendFrom(index + 1);
              else done(index, error);
            });
          }
        },
        close: () => {
          isOver = true;
          socket.close();
        },
      };
      events.opened(link);
    });
  });
}
