/** `Promise.withResolvers`, which PostGraphile 5 takes from Node 22 and Node 20 does not have. */
Promise.withResolvers ??= function withResolvers() {
  let resolve;
  let reject;
  const promise = new this((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
};
