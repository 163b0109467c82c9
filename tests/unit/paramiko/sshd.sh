#!/bin/sh
# A real sshd on 127.0.0.1, until it is killed: sshd.sh DIRECTORY PORT HOST_KEY_TYPE
#
# As root there are the users `tester`, `coded` (a password and a code) and `twice` (first a key, then these two), with
# the password `so secret` and the codes below, each of which is good once. They exist in a private mount namespace:
# nothing of the machine changes. Otherwise only the current user can log in, by key.
set -eu
directory=$1 port=$2 type=$3

ssh-keygen -q -t "$type" -N '' -f "$directory/host_key"
cat > "$directory/config" << CONFIG
Port $port
ListenAddress 127.0.0.1
HostKey $directory/host_key
PidFile none
AuthorizedKeysFile $directory/authorized_keys
StrictModes no
AcceptEnv GREETING
MaxStartups 200:30:400
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
Subsystem sftp internal-sftp
CONFIG

if [ "$(id -u)" != 0 ]; then
  echo 'UsePAM no' >> "$directory/config"
  exec /usr/sbin/sshd -D -f "$directory/config" -E "$directory/log"
fi

cat >> "$directory/config" << CONFIG
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
Match User twice
  AuthenticationMethods publickey,keyboard-interactive
CONFIG
mkdir "$directory/etc"
hash=$(openssl passwd -6 'so secret')
cp /etc/passwd /etc/shadow "$directory/etc"
for user in tester coded twice; do
  echo "$user:x:64999:65534::$directory/home:/bin/sh" >> "$directory/etc/passwd"
  echo "$user:$hash:19000:0:99999:7:::" >> "$directory/etc/shadow"
done
mkdir "$directory/home"
chown 64999:65534 "$directory/home"
chmod 755 "$directory"
cp -r /etc/pam.d "$directory/etc/pam.d"
for user in coded twice; do
  printf '%s\n' JBSWY3DPEHPK3PXPJBSWY3DPEH '" TOTP_AUTH' 11111111 22222222 33333333 > "$directory/codes.$user"
  chmod 600 "$directory/codes.$user"
done
cat > "$directory/etc/pam.d/sshd" << PAM
auth required pam_unix.so nodelay
auth required pam_google_authenticator.so secret=$directory/codes.\${USER} user=root nullok no_increment_hotp
account required pam_permit.so
session required pam_permit.so
PAM
export directory
# shellcheck disable=SC2016  # the inner shell expands it
exec unshare --mount --propagation private sh -eu -c '
  for file in passwd shadow pam.d; do mount --bind "$directory/etc/$file" "/etc/$file"; done
  mount -t tmpfs none /run
  mkdir /run/sshd
  exec /usr/sbin/sshd -D -f "$directory/config" -E "$directory/log"'
