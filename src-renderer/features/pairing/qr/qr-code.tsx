import { encodeQR } from 'qr';
import { useMemo, type ReactElement } from 'react';
import styles from '../pairing.module.css';

/** Width of the white margin, in modules (the squares of the code). Scanners need the margin, especially on a dark page. */
const QUIET_ZONE = 4;

/**
 * Draws a text as a QR code, black on white in every theme. `label` names the picture for screen readers. Used for links of invitations and for setup
 * codes of gateways.
 */
export function QrCode({ value, label }: Readonly<{ value: string; label: string }>): ReactElement {
  const { size, path } = useMemo(() => qrPath(value), [value]);
  return (
    <svg
      className={styles['qr']}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Converts a text into the path of an SVG picture with `size` modules on each side. Each run of dark modules in a row is one rectangle. */
export function qrPath(value: string): Readonly<{ size: number; path: string }> {
  const modules = encodeQR(value, 'raw', { ecc: 'low', border: QUIET_ZONE });
  const runs: string[] = [];
  for (const [row, cells] of modules.entries()) {
    for (let column = 0; column < cells.length; column += 1) {
      if (cells[column] !== true) continue;
      const start = column;
      while (cells[column] === true) column += 1;
      runs.push(`M${start} ${row}h${column - start}v1h-${column - start}z`);
    }
  }
  return { size: modules.length, path: runs.join('') };
}
