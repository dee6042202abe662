# What fastlane deliver's own loader and validator say of a folder of screenshots, as JSON lines on standard output.
# usage: ruby deliver_loader.rb FASTLANE FOLDER : FASTLANE is the root of an installed gem or a checkout of fastlane.
require "json"
require "pathname"

FASTLANE, FOLDER = ARGV
$LOAD_PATH.unshift(*%w[deliver fastlane_core spaceship].map { |part| File.join(FASTLANE, part, "lib") })

# The pieces around the loader that need a store's account or other gems: what a user would read, and a base class.
module FastlaneCore
  class UI
    def self.important(*) = nil

    def self.error(error) = puts(JSON.generate(error: error.respond_to?(:type) ? error.type : error.to_s,
                                               path: error.respond_to?(:path) ? error.path : nil))

    def self.user_error!(message) = raise(message)
  end

  class Helper
    def self.test? = true
  end
end

module Spaceship
  module Model; end

  class ConnectAPI
    module Model
      def self.included(base) = base.extend(ClassMethods)

      module ClassMethods
        def attr_mapping(*) = nil
      end
    end
  end
end

%w[model models/app_screenshot models/app_preview models/app_preview_set].each do |name|
  $LOADED_FEATURES << File.join(FASTLANE, "spaceship/lib/spaceship/connect_api/#{name}.rb")
end

module Deliver
  UI = FastlaneCore::UI
  Helper = FastlaneCore::Helper
  ROOT = Pathname.new(FASTLANE)

  class UploadMetadata
    source = File.read(File.join(FASTLANE, "deliver/lib/deliver/upload_metadata.rb"))
    ALL_META_SUB_DIRS = source.scan(/^\s*[A-Z_]+_DIR = "([a-z_]+)"/).flatten
  end
end
%w[module upload_metadata app_clip_header_image].each do |name|
  $LOADED_FEATURES << File.join(FASTLANE, "deliver/lib/deliver/#{name}.rb")
end

require "fastimage"
require "deliver/loader"

begin
  Deliver::Loader.load_app_screenshots(FOLDER, false).each do |shot|
    puts(JSON.generate(path: shot.path, language: shot.language, display: shot.display_type))
  end
rescue RuntimeError => error
  puts(JSON.generate(stopped: error.message.lines.first.strip))
end
