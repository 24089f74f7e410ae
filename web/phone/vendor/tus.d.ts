export { DefaultHttpStack, Upload } from "tus-js-client";
export type { HttpRequest, HttpResponse, HttpStack } from "tus-js-client";
