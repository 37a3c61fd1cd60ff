import { useApp } from './state.ts';

/** Marks the connection as lost. What is shown stays as of the first loss, however often another connection fails before it is filled. */
export function markLost(): void {
  useApp.setState(({ connection, lostAt }) => ({
    connection: 'lost',
    lostAt: connection === 'lost' ? lostAt : Date.now(),
  }));
}
