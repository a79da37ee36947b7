/** Probability that all of `servers` are busy when nobody waits. A. K. Erlang, 1917; by recursion over servers. */
export function erlangB(offered: number, servers: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (offered * blocked) / (c + offered * blocked);
  return blocked;
}

/** Probability that an arrival has to wait. */
export function erlangC(offered: number, servers: number): number {
  const blocked = erlangB(offered, servers);
  return (servers * blocked) / (servers - offered * (1 - blocked));
}
