#!/usr/bin/env bash
# Start a throw-away Postfix (submission: STARTTLS+AUTH, smtps: implicit TLS) and Dovecot
# (IMAP STARTTLS, IMAPS, LMTP, SASL) that listen on 127.0.0.1 only and keep ALL state under DIR.
# usage (root): start.sh DIR [BASE_PORT]
# needs: apt-get install -y --no-install-recommends postfix dovecot-imapd dovecot-lmtpd openssl
# writes DIR/env (sh syntax) for tests; prints it when the servers answer.
set -euo pipefail
DIR=${1:?usage: start.sh DIR [BASE_PORT]}; BASE=${2:-12500}
HERE=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "start.sh needs root (Postfix does)" >&2; exit 77; }
command -v postfix >/dev/null && command -v dovecot >/dev/null && command -v openssl >/dev/null || { echo "postfix/dovecot/openssl missing" >&2; exit 77; }
SUB=$((BASE+1)); SMTPS=$((BASE+2)); IMAP=$((BASE+3)); IMAPS=$((BASE+4)); PLAIN=$((BASE+5))
case $(dovecot --version) in 2.3.*) ;; *) echo "config below is for Dovecot 2.3 (Debian 12); 2.4 changed the syntax" >&2; exit 77;; esac

mkdir -p "$DIR"; DIR=$(cd "$DIR" && pwd); chmod 755 "$DIR"
mkdir -p "$DIR"/{tls,postfix,dovecot,pf-queue,pf-data,mail,log,run}
# ---- CA + server certificate for localhost / 127.0.0.1 (so clients can verify for real)
if [ ! -s "$DIR/tls/cert.pem" ]; then
  ( cd "$DIR/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=digest test CA" \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
      -keyout ca.key -out ca.pem
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout key.pem -out req.pem
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' > ext
    openssl x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out cert.pem
  ) 2>"$DIR/log/openssl"
  chmod 600 "$DIR"/tls/*.key "$DIR"/tls/key.pem; chmod 644 "$DIR"/tls/ca.pem "$DIR"/tls/cert.pem
fi
PASS=${DIGEST_TEST_PASSWORD:-$(openssl rand -hex 12)}
# ---- Dovecot -------------------------------------------------------------------------------
MAILUSER=${MAILUSER:-mail}; MUID=$(id -u "$MAILUSER"); MGID=$(id -g "$MAILUSER")
chown "$MUID:$MGID" "$DIR/mail"
for u in sender ann lead; do printf '%s@example.test:{PLAIN}%s::::::\n' "$u" "$PASS"; done > "$DIR/dovecot/users"
chown root:dovecot "$DIR/dovecot/users"; chmod 640 "$DIR/dovecot/users"
cat > "$DIR/dovecot/dovecot.conf" <<EOF
base_dir = $DIR/run/dovecot
log_path = $DIR/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <$DIR/tls/cert.pem
ssl_key = <$DIR/tls/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:$DIR/mail/%n/Maildir
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $DIR/dovecot/users
}
userdb {
  driver = static
  args = uid=$MUID gid=$MGID home=$DIR/mail/%n
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Entwürfe {
    auto = create
    special_use = \Drafts
  }
  mailbox Sent {
    auto = create
    special_use = \Sent
  }
}
service imap-login {
  inet_listener imap {
    port = $IMAP
  }
  inet_listener imaps {
    port = $IMAPS
    ssl = yes
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service lmtp {
  unix_listener $DIR/run/lmtp {
    mode = 0660
    user = postfix
    group = postfix
  }
}
service auth {
  unix_listener $DIR/run/auth-postfix {
    mode = 0660
    user = postfix
    group = postfix
  }
}
EOF
# ---- Postfix -------------------------------------------------------------------------------
cat > "$DIR/postfix/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $DIR/pf-queue
data_directory = $DIR/pf-data
maillog_file = $DIR/log/postfix.log
maillog_file_prefixes = $DIR/log
myhostname = localhost
mydomain = example.test
myorigin = example.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = example.test
virtual_mailbox_maps = inline:{ sender@example.test=1, ann@example.test=1, lead@example.test=1 }
virtual_transport = lmtp:unix:$DIR/run/lmtp
# nothing may ever leave this machine
default_transport = error:this test server relays nothing
relay_transport = error:this test server relays nothing
smtpd_tls_chain_files = $DIR/tls/key.pem, $DIR/tls/cert.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $DIR/run/auth-postfix
smtpd_sasl_auth_enable = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access regexp:$DIR/postfix/rcpt.regexp, reject_unlisted_recipient, permit_sasl_authenticated, reject
smtpd_sender_login_maps = inline:{ sender@example.test=sender@example.test, ann@example.test=ann@example.test }
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch
smtpd_client_restrictions =
smtpd_banner = localhost ESMTP
message_size_limit = 1048576
smtpd_error_sleep_time = 0
biff = no
alias_maps =
alias_database =
local_recipient_maps =
smtputf8_enable = yes
EOF
# fault injection by recipient
printf '/^busy@/ 451 4.7.1 try again later\n/^gone@/ 550 5.1.1 no such user\n' > "$DIR/postfix/rcpt.regexp"
cat > "$DIR/postfix/master.cf" <<EOF
127.0.0.1:$SUB   inet  n - n - - smtpd -o syslog_name=submission
127.0.0.1:$SMTPS inet  n - n - - smtpd -o syslog_name=smtps -o smtpd_tls_wrappermode=yes
127.0.0.1:$PLAIN inet  n - n - - smtpd -o syslog_name=plain -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no
pickup    unix  n - n 60 1 pickup
showq     unix  n - n - - showq
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
error     unix  - - n - - error
retry     unix  - - n - - error
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
tlsmgr    unix  - - n 1000? 1 tlsmgr
scache    unix  - - n - 1 scache
proxymap  unix  - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
EOF
chown -R postfix:root "$DIR/pf-data"; chmod 700 "$DIR/pf-data"
dovecot -c "$DIR/dovecot/dovecot.conf"
# master writes to stdout/stderr of this shell only until it daemonises
postfix -c "$DIR/postfix" start >"$DIR/log/postfix-start" 2>&1 || { cat "$DIR/log/postfix-start" >&2; exit 1; }
umask 077
cat > "$DIR/env" <<EOF
DIGEST_TEST_SMTP_HOST=localhost
DIGEST_TEST_SMTP_STARTTLS_PORT=$SUB
DIGEST_TEST_SMTP_TLS_PORT=$SMTPS
DIGEST_TEST_SMTP_PLAIN_PORT=$PLAIN
DIGEST_TEST_IMAP_PORT=$IMAP
DIGEST_TEST_IMAPS_PORT=$IMAPS
DIGEST_TEST_USER=sender@example.test
DIGEST_TEST_PASSWORD=$PASS
DIGEST_TEST_CA=$DIR/tls/ca.pem
DIGEST_TEST_MAIL=$DIR/mail
DIGEST_TEST_SENDMAIL_CONFIG=$DIR/postfix
EOF
for i in $(seq 100); do
  if (exec 3<>/dev/tcp/127.0.0.1/$SUB) 2>/dev/null && (exec 3<>/dev/tcp/127.0.0.1/$IMAPS) 2>/dev/null; then cat "$DIR/env"; exit 0; fi
  sleep 0.1
done
echo "servers did not come up; see $DIR/log" >&2; tail -20 "$DIR"/log/* >&2; exit 1
