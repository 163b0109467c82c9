# shellcheck shell=bash
# What wharf needs of Debian 12, by purpose. Each list is what the one before it lacks.

# shellcheck disable=SC2034  # read by the scripts that source this file
packages_build=(
  # tools
  gcc g++ meson ninja-build pkg-config
  # the five named packages, with the event loop plugin that libwebsockets loads at run time
  libwebsockets-dev libwebsockets-evlib-uv libuv1-dev liburing-dev libyaml-cpp-dev libhiredis-dev libssh2-1-dev
  # ask an operator's HTTP server who a visitor is
  libcurl4-openssl-dev
  # everything else
  libboost-dev libcli11-dev libelf-dev libexpected-dev libjose-dev libmsgpack-cxx-dev libre2-dev libsimdjson-dev libsoci-dev
  libspdlog-dev libssl-dev libsystemd-dev
  nlohmann-json3-dev zlib1g-dev
  # the terminal page, whose scripts come from npm
  nodejs npm ca-certificates
)

# shellcheck disable=SC2034
packages_test=(
  doctest-dev
  # the second compiler of the tests of the public headers, and the consumer that is built outside the tree
  clang make
  # scenarios: a WebSocket client that nobody here wrote
  python3 python3-pytest python3-websockets python3-yaml procps
  # a Redis and a Django for each scenario that needs one. Where systemd runs, redis-server starts a service as well,
  # which no test uses.
  redis-server redis-tools daphne uvicorn
  python3-channels-redis python3-django python3-msgpack python3-redis
  # who issues the tokens of scenarios, and the certificates
  python3-cryptography python3-jwt
  # a Django with users for each scenario that needs one, on SQLite, or a MariaDB or PostgreSQL of its own. Where systemd
  # runs, these two start services as well, which no test uses.
  mariadb-server postgresql python3-django-redis python3-mysqldb python3-psycopg2
  # an sshd for each scenario that needs one, keys, one-time codes, and a client to prove it by. Where systemd runs,
  # openssh-server starts a service as well, which no test uses.
  openssh-client openssh-server openssl libpam-google-authenticator oathtool
  python3-paramiko python3-psutil
  # the page in a browser
  chromium fonts-noto-cjk
  # reverse proxies in front. Where systemd runs, each starts a service as well, which no test uses.
  haproxy nginx
  # count instructions, and system calls
  strace valgrind
)

# shellcheck disable=SC2034
packages_ci=(
  clang-format clang-tidy shellcheck
)

# shellcheck disable=SC2034  # what scripts/bench asks for beside the lists for building and for the tests
packages_bench=(
  # other terminals in a browser. Where systemd runs, shellinabox starts a service as well, which no benchmark uses.
  python3-terminado shellinabox
  # publish and subscribe in nginx. Where systemd runs, nginx starts a service as well, which no benchmark uses.
  libnginx-mod-nchan
)
