import type { ReactElement } from 'react';
import { Mono } from './mono.tsx';

/** Renders a text of the catalogue. Parts between backquotes are commands, shown as `Mono`. */
export function Prose({ children }: Readonly<{ children: string }>): ReactElement {
  return (
    <>
      {children.split('`').map((part, index) => {
        const key = `${index} ${part}`;
        return index % 2 === 1 ? <Mono key={key}>{part}</Mono> : <span key={key}>{part}</span>;
      })}
    </>
  );
}
