/** What the Prisma CLI asks of `@prisma/engines` for `prisma generate`: a version, a place, and nothing to download. */
exports.enginesVersion = "none";
exports.getEnginesPath = () => __dirname;
exports.ensureNeededBinariesExist = async () => {};
