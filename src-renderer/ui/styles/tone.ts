export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'info';
