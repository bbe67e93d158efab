// Libraries that bring no types of their own.
declare module "turndown";
