vcl 4.1;
# varnish before Hawker: what all viewers of a room ask for is asked of the server once. Debian: apt install varnish
#   varnishd -f edge.vcl -a :80 -s malloc,512m
# One object of a live stream lives for seconds, so that memory, not disk, is its store.

backend hawker {
  .host = "127.0.0.1";
  .port = "4100";
  .connect_timeout = 2s;
  .first_byte_timeout = 15s; # A playlist waits up to six seconds for its part.
}

sub vcl_recv {
  if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }
  if (req.method != "GET" && req.method != "HEAD") { return (pass); }
  if (req.url !~ "^/media/") { return (pass); } # Pages and the API know their caches themselves.
  # A film of gigabytes is asked for in pieces, and is not a thing for memory.
  if (req.url ~ "/(recording|clip-[0-9a-f-]+)\.mp4($|\?)") { return (pass); }
  # Nobody is told apart here, and no address but these means other bytes.
  unset req.http.Cookie;
  unset req.http.Authorization;
  if (req.url !~ "\.m3u8\?_HLS_msn=[0-9]+(&_HLS_part=[0-9]+)?$") {
    set req.url = regsub(req.url, "\?.*$", "");
  }
  return (hash); # Whoever asks for what is on its way waits for that, also for seconds.
}

sub vcl_pipe {
  set bereq.http.Upgrade = req.http.Upgrade;
  set bereq.http.Connection = req.http.Connection;
}

sub vcl_backend_response {
  if (bereq.uncacheable) { return (deliver); }
  unset beresp.http.Set-Cookie;
  set beresp.grace = 0s; # Yesterday's playlist is no playlist.
  set beresp.keep = 0s;
  if (beresp.status != 200 || beresp.http.Cache-Control ~ "no-store") {
    # Shared with those who wait for it now, and with nobody later.
    set beresp.ttl = 0.2s;
  } else if (beresp.ttl > 60s) {
    set beresp.ttl = 60s; # Behind the window of a live stream nobody asks for a part.
  }
  return (deliver);
}
