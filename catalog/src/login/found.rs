//! Where a login was found.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{LoginError, Variables, netrc};

/// An Earthdata login, and where it was found. Neither form shows what is secret.
#[derive(Debug, Clone)]
pub enum Login {
    /// A token, as the login server's page gives it.
    Token {
        /// The token.
        token: SecretString,
        /// Where it was found.
        from: String,
    },
    /// A user and his password.
    Password {
        /// Name of the user.
        user: SecretString,
        /// His password.
        password: SecretString,
        /// Where they were found.
        from: String,
    },
}

const TOKEN: &str = "EARTHDATA_TOKEN";
const USER: &str = "EARTHDATA_USERNAME";
const PASSWORD: &str = "EARTHDATA_PASSWORD";
const NETRC: &str = "NETRC";

impl Login {
    /// Looks for a login: `EARTHDATA_TOKEN`; then `EARTHDATA_USERNAME` with `EARTHDATA_PASSWORD`; then the
    /// entry of `machine`, the login server, in the file that `NETRC` names, or else in `~/.netrc`.
    ///
    /// The second value warns of what is not as it should be, such as a file that others can read.
    ///
    /// # Errors
    /// When there is none, with all that was looked at; when the netrc file is there and cannot be read.
    pub fn find(variables: &Variables, machine: &str) -> Result<(Self, Vec<String>), LoginError> {
        let mut looked = Vec::new();
        if let Some(token) = variables.text(TOKEN) {
            return Ok((Self::token(token)?, Vec::new()));
        }
        looked.push(format!("{TOKEN} is not set"));
        match (variables.text(USER), variables.text(PASSWORD)) {
            (Some(user), Some(password)) => {
                let from = format!("{USER} and {PASSWORD}");
                let (user, password) = (user.into(), password.into());
                return Ok((Self::Password { user, password, from }, Vec::new()));
            }
            (None, None) => looked.push(format!("{USER} and {PASSWORD} are not set")),
            (Some(_), None) => looked.push(format!("{USER} is set, but {PASSWORD} is not")),
            (None, Some(_)) => looked.push(format!("{PASSWORD} is set, but {USER} is not")),
        }
        match netrc_file(variables) {
            Some(file) => match in_netrc(&file, machine)? {
                Ok(found) => return Ok(found),
                Err(reason) => looked.push(format!("{}: {reason}", file.display())),
            },
            None => looked.push("~/.netrc: there is no HOME to look in".into()),
        }
        Err(LoginError::None { looked })
    }

    /// What is sent as a header must fit into one.
    fn token(token: String) -> Result<Self, LoginError> {
        if token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self::Token { token: token.into(), from: TOKEN.into() });
        }
        let reason = "it has blanks or other characters that no token has";
        Err(LoginError::BadToken { from: TOKEN.into(), reason: reason.into() })
    }

    /// Where it was found, as `EARTHDATA_TOKEN` or the path of a netrc file.
    pub fn from(&self) -> &str {
        match self {
            Self::Token { from, .. } | Self::Password { from, .. } => from,
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { from, .. } => write!(f, "token of {from}"),
            Self::Password { from, .. } => write!(f, "user and password of {from}"),
        }
    }
}

fn netrc_file(variables: &Variables) -> Option<PathBuf> {
    let home = || variables.path("HOME").or_else(|| variables.path("USERPROFILE"));
    match variables.path(NETRC) {
        // A shell leaves the tilde in `NETRC="~/x"` to whoever reads it.
        Some(file) => Some(match (file.strip_prefix("~"), home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => file,
        }),
        None => home().map(|home| home.join(".netrc")),
    }
}

type Found = (Login, Vec<String>);

/// The login of a netrc file, or why it has none.
fn in_netrc(file: &Path, machine: &str) -> Result<Result<Found, String>, LoginError> {
    let wrong = |reason: String| LoginError::Netrc { file: file.display().to_string(), reason };
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            return Ok(Err("there is no such file".into()));
        }
        Err(e) => return Err(wrong(e.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".into()))?;
    let Some(entry) = netrc::entry(&text, machine).map_err(wrong)? else {
        return Ok(Err(format!("it has no entry `machine {machine}`")));
    };
    let (user, password) = match (entry.login, entry.password) {
        (Some(user), Some(password)) => (user, password),
        (None, _) => return Err(wrong(format!("`machine {machine}` has no login"))),
        (_, None) => return Err(wrong(format!("`machine {machine}` has no password"))),
    };
    let from = file.display().to_string();
    let warnings = read_by_others(file).into_iter().collect();
    Ok(Ok((Login::Password { user, password, from }, warnings)))
}

/// What to say where others than its owner can read the file.
#[cfg(unix)]
fn read_by_others(file: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let file = file.display();
        format!("{file} holds a password and has mode {mode:03o}, so that others can read it: chmod 600 {file}")
    })
}

#[cfg(not(unix))]
fn read_by_others(_file: &Path) -> Option<String> {
    None
}
