# Puts the folder of this file into the PATH of this person, or takes it out. What stands there otherwise stays as it is, with its variables.
param([Parameter(Mandatory = $true)][ValidateSet('add', 'remove')][string]$Action)

$ErrorActionPreference = 'Stop'
$folder = $PSScriptRoot
$key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
try {
  $before = [string]$key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
  $entries = @($before -split ';' | Where-Object { $_ -ne '' -and $_.TrimEnd('\') -ne $folder.TrimEnd('\') })
  if ($Action -eq 'add') { $entries += $folder }
  $after = $entries -join ';'
  if ($after -ne $before) { $key.SetValue('Path', $after, [Microsoft.Win32.RegistryValueKind]::ExpandString) }
} finally {
  $key.Close()
}
# Programs that run are told that the environment is another one: setting any variable does it.
[Environment]::SetEnvironmentVariable('CLAWREACH_PATH_CHANGED', $null, 'User')
