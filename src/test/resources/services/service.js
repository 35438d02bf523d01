// node service.js PORT [stubborn] [unwell] [parent]: a service of the tests.
const [port, ...how] = process.argv.slice(2);
if (how.includes("stubborn")) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => console.log("I stay"));
}
if (how.includes("parent")) {
  const words = [__filename, port, "stubborn"];
  require("child_process").spawn(process.execPath, words, { stdio: "inherit" });
  setInterval(() => {}, 1000);
} else {
  require("http")
    .createServer((request, response) => {
      response.statusCode = how.includes("unwell") ? 503 : 200;
      response.end("ok");
    })
    .listen(Number(port), "127.0.0.1", () => console.log("venue listens"));
}
