const LIGHT = `
  --page: #f5f6f8; --card: #ffffff; --sunken: #f0f2f5; --text: #17202b; --faint: #566273;
  --line: #e3e7ec; --line-strong: #b9c2cd; --accent: #1f5fd1; --shadow: 0 1px 2px rgb(16 30 54 / .06), 0 6px 20px rgb(16 30 54 / .05);
  --good: #14733f; --good-soft: #e3f4ea; --doubtful: #8a5300; --doubtful-soft: #fdf0d9; --bad: #b3261e; --bad-soft: #fce8e6; --idle: #7a8696;
  --band: rgb(214 137 16 / .14); --band-text: #7a4a00;
  --series-1: #1f5fd1; --series-2: #c2570c; --series-3: #0f766e; --series-4: #7c3aed; --series-5: #be185d; --series-6: #4d7c0f;
  --time-service: #1f5fd1; --time-cpuWait: #6366f1; --time-workerQueue: #9b4de0; --time-proxyCpu: #0f8a80; --time-poolWait: #22a6c7;
  --time-network: #8593a5; --time-retry: #d9480f; --time-injected: #d99a0b; --time-timeoutWait: #c2255c;
`;

const DARK = `
  --page: #0d1117; --card: #161c25; --sunken: #1d2530; --text: #e8edf3; --faint: #9dabbc;
  --line: #283240; --line-strong: #46546a; --accent: #7db0ff; --shadow: 0 1px 2px rgb(0 0 0 / .4);
  --good: #5bd08c; --good-soft: #12301f; --doubtful: #f2bd4e; --doubtful-soft: #382a0d; --bad: #ff8f85; --bad-soft: #421b19; --idle: #7f8da0;
  --band: rgb(242 189 78 / .15); --band-text: #f2cf8a;
  --series-1: #6ea8ff; --series-2: #fb9a4b; --series-3: #2dd4bf; --series-4: #b194ff; --series-5: #f47fb8; --series-6: #a3d94b;
  --time-service: #5b97f5; --time-cpuWait: #9093ff; --time-workerQueue: #c18bf5; --time-proxyCpu: #2dc4b2; --time-poolWait: #5cc8e6;
  --time-network: #8d9bae; --time-retry: #ff8a5c; --time-injected: #f2c14e; --time-timeoutWait: #f4709f;
`;

/** Every colour of the page, its charts included, as a custom property: once for light and print, once for dark. */
export const THEME = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { color-scheme: light; --page: #fff; --shadow: none; } }
`;
