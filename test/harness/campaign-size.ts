/** Size of a campaign: short in `npm test`, in full in `npm run test:soak`, which sets PARLEY_SOAK. */

export function campaignSize<T>(full: T, short: T): T {
  return process.env.PARLEY_SOAK === "on" ? full : short;
}
